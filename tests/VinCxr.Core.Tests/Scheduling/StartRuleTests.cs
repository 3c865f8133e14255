using CsCheck;
using VinCxr.Core.Scheduling;

namespace VinCxr.Core.Tests.Scheduling;

public sealed class StartRuleTests
{
    private static readonly DateTimeOffset Monday = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly StartLimits NoLimits = new(null, 0, null, WaitSeconds: 5, FairnessSeconds: 600);
    private static readonly StartCandidate Plain = new("a", "s", 50, null, 0, 0, Monday, 0, 0, 8, 1);

    private static readonly Gen<StartInputs> AnyInputs = Gen.Select(
        Gen.Select(Gen.Int[0, 3], Of<int?>(null, 100, 200), (free, mb) => (free, mb)).Array[1, 4],
        Of<double?>(null, 2, 4), Of<double?>(null, 1, 3), Gen.Int[0, 4],
        AnyCandidate().Array[0, 8],
        (devices, queueSlots, userSlots, used, candidates) => new StartInputs(
            new StartNode("here", [.. devices.Select((d, i) => new Device(i, d.mb, d.free switch { 0 => 0, 1 => 0.5, 2 => 0.75, _ => 1 }))]),
            new StartLimits(queueSlots, used, userSlots, 5, 600),
            [.. candidates.Select((c, i) => c with { TrialId = $"t{i}", SweepId = $"s{i % 3}", Order = i, Share = c.User == "ada" ? 1 : 2, UserUsed = c.User == "ada" ? 1 : 2 })]));

    [Fact]
    public void What_is_started_is_within_every_limit()
    {
        Properties.Hold(AnyInputs, inputs =>
        {
            var decision = StartRule.Decide(inputs);
            if (decision.TrialId is null)
            {
                Assert.Empty(decision.Shares);
                return;
            }

            var chosen = inputs.Candidates.Single(c => c.TrialId == decision.TrialId);
            Assert.Null(chosen.Hold);
            Assert.False(chosen.Excluded);
            Assert.True(chosen.Running < chosen.MaxConcurrent);
            Assert.True(!(inputs.Limits.QueueUsed + chosen.Slots > inputs.Limits.QueueSlots));
            Assert.True(!(chosen.UserUsed + chosen.Slots > inputs.Limits.UserSlots));
            Assert.Equal(chosen.Slots, decision.Shares.Sum(s => s.Share), 9);
            foreach (var share in decision.Shares)
            {
                var device = inputs.Node.Devices.Single(d => d.Index == share.Index);
                Assert.True(share.Share <= device.Free + 1e-9);
                Assert.True(chosen.MemoryMb is null || device.MemoryMb is null || chosen.MemoryMb <= device.MemoryMb * share.Share + 1e-9);
            }
        }, 5000);
    }

    [Fact]
    public void Nobody_of_higher_rank_is_passed_over_without_a_reason_that_holds()
    {
        Properties.Hold(AnyInputs, inputs =>
        {
            var decision = StartRule.Decide(inputs);
            if (decision.TrialId is null)
            {
                Assert.True(decision.Waits || inputs.Candidates.All(c => StartRule.Block(c, inputs.Node, inputs.Limits) is not null));
                return;
            }

            var chosen = inputs.Candidates.Single(c => c.TrialId == decision.TrialId);
            StartCandidate[] before = [.. StartRule.InOrder(inputs.Candidates).TakeWhile(c => c != chosen)];
            Assert.Equal(before.Select(c => c.TrialId), decision.PassedOver.Select(p => p.TrialId));
            foreach (var (candidate, passed) in before.Zip(decision.PassedOver))
            {
                bool isEqual = candidate.Priority == chosen.Priority;
                bool isReason = passed.Reason switch
                {
                    PassReason.GaveWay => isEqual && candidate.User == chosen.User && candidate.PassedOver < 600 && (chosen.ImagesHere || chosen.PassedOver >= 600),
                    PassReason.WaitsForImages => isEqual && candidate.ImagesOn == passed.Node && candidate.PassedOver < 600,
                    PassReason.KeepsNode => false,
                    _ => StartRule.Block(candidate, inputs.Node, inputs.Limits) == passed.Reason,
                };
                Assert.True(isReason, $"{candidate} was passed over: {passed.Reason}");
            }
        }, 5000);
    }

    [Fact]
    public void Nobody_starts_into_the_place_of_one_that_has_begun_and_waits_for_its_images()
    {
        var lost = Plain with { TrialId = "lost", Running = 7, ImagesOn = "there", Begun = 1 };
        var fresh = Plain with { TrialId = "fresh", Order = 1, Running = 7, ImagesOn = "there", PassedOver = 16 };
        var local = fresh with { ImagesOn = null, ImagesHere = true };

        foreach (var other in new[] { fresh, local })
        {
            Assert.Equal((null, true), Started(lost, other));
            Assert.Equal(("lost", false), Started(lost with { PassedOver = 5 }, other with { ImagesHere = false }));
            Assert.Equal(("fresh", false), Started(lost with { Running = 6 }, other with { Running = 6 }));
            Assert.Equal((null, true), Started(lost with { Running = 6, Begun = 2 }, other with { Running = 6 }));
            Assert.Equal(("fresh", false), Started(lost with { Begun = 0 }, other));
            Assert.Equal(("fresh", false), Started(lost, other with { SweepId = "t" }));
        }

        static (string?, bool) Started(params StartCandidate[] candidates)
        {
            var decision = StartRule.Decide(new StartInputs(new StartNode("here", [new Device(0, null, 1)]), NoLimits, candidates));
            return (decision.TrialId, decision.Waits);
        }
    }

    [Fact]
    public void The_order_in_which_candidates_come_does_not_matter()
    {
        Properties.Hold(Gen.Select(AnyInputs, Gen.Int[0, 1000]), pair =>
        {
            var (inputs, seed) = pair;
            StartCandidate[] shuffled = [.. inputs.Candidates.OrderBy(c => (c.TrialId.GetHashCode(StringComparison.Ordinal) * 31) ^ seed)];
            var (a, b) = (StartRule.Decide(inputs), StartRule.Decide(inputs with { Candidates = shuffled }));
            Assert.Equal((a.TrialId, a.Waits), (b.TrialId, b.Waits));
            Assert.Equal(a.Shares, b.Shares);
            Assert.Equal(a.PassedOver, b.PassedOver);
        }, 2000);
    }

    [Fact]
    public void Without_copies_anywhere_the_queue_order_decides() => Assert.Equal("a", Decide(Plain, Plain with { TrialId = "b", Order = 1 }).TrialId);

    [Fact]
    public void Priority_goes_before_use_and_use_before_submission()
    {
        var late = Plain with { TrialId = "late", User = "ada", SubmittedAt = Monday.AddDays(1) };
        Assert.Equal("late", Decide(Plain with { User = "bob", Share = 5 }, late with { Share = 4 }).TrialId);
        Assert.Equal("a", Decide(Plain with { User = "bob", Share = 4 }, late with { Share = 4 }).TrialId);
        Assert.Equal("urgent", Decide(Plain, Plain with { TrialId = "urgent", Priority = 90, Share = 1e9 }).TrialId);
    }

    [Fact]
    public void Images_at_hand_go_first_among_one_users_equals_only()
    {
        var here = Plain with { TrialId = "b", Order = 1, ImagesHere = true };
        var decision = Decide(Plain, here);
        Assert.Equal("b", decision.TrialId);
        Assert.Equal([new PassedOver("a", PassReason.GaveWay)], decision.PassedOver);

        Assert.Equal("a", Decide(Plain with { PassedOver = 600 }, here).TrialId);
        Assert.Equal("a", Decide(Plain with { Priority = 60 }, here).TrialId);
        Assert.Equal("a", Decide(Plain with { User = "ada" }, here with { User = "bob", Share = 1 }).TrialId);
    }

    [Fact]
    public void A_trial_waits_for_a_free_node_that_holds_its_images_and_not_longer_than_told()
    {
        var waits = Decide(Plain with { ImagesOn = "there" }, Plain with { TrialId = "low", Priority = 10 });
        Assert.Null(waits.TrialId);
        Assert.True(waits.Waits);
        Assert.Equal([new PassedOver("a", PassReason.WaitsForImages, "there")], waits.PassedOver);

        Assert.Equal("b", Decide(Plain with { ImagesOn = "there" }, Plain with { TrialId = "b", Order = 1 }).TrialId);
        Assert.Equal("a", Decide(Plain with { ImagesOn = "there", PassedOver = 5 }).TrialId);
    }

    [Fact]
    public void Small_trials_fill_gaps_until_a_large_one_has_waited_long_enough_to_keep_the_node()
    {
        StartNode half = new("here", [new Device(0, null, 0.5)]);
        var small = Plain with { TrialId = "small", Order = 1, Slots = 0.5 };
        Assert.Equal("small", StartRule.Decide(new StartInputs(half, NoLimits, [Plain, small])).TrialId);

        var kept = StartRule.Decide(new StartInputs(half, NoLimits, [Plain with { PassedOver = 600 }, small]));
        Assert.Null(kept.TrialId);
        Assert.Equal([new PassedOver("a", PassReason.KeepsNode)], kept.PassedOver);
        Assert.Equal("small", StartRule.Decide(new StartInputs(half, NoLimits, [Plain with { PassedOver = 600, KeptNode = "there" }, small])).TrialId);
        Assert.Equal("small", StartRule.Decide(new StartInputs(half, NoLimits, [Plain with { PassedOver = 600, Slots = 2 }, small])).TrialId);
    }

    [Fact]
    public void A_gang_takes_whole_slots_of_one_node()
    {
        Device[] devices = [new(0, 80, 1), new(1, 80, 0.5), new(2, 40, 1), new(3, 80, 1)];
        Assert.Equal([new DeviceShare(2, 1), new DeviceShare(0, 1)], DeviceFit.Choose(devices, 2, null));
        Assert.Equal([new DeviceShare(0, 1), new DeviceShare(3, 1)], DeviceFit.Choose(devices, 2, 60));
        Assert.Null(DeviceFit.Choose(devices, 3, 60));
    }

    [Fact]
    public void Fractions_are_packed_and_bring_their_share_of_memory()
    {
        Device[] devices = [new(0, 80, 1), new(1, 80, 0.5), new(2, 40, 0.3)];
        Assert.Equal([new DeviceShare(2, 0.25)], DeviceFit.Choose(devices, 0.25, 10));
        Assert.Equal([new DeviceShare(1, 0.25)], DeviceFit.Choose(devices, 0.25, 20));
        Assert.Null(DeviceFit.Choose(devices, 0.25, 21));
        Assert.Equal([new DeviceShare(0, 1)], DeviceFit.Choose(devices, 1, 80));
    }

    [Fact]
    public void Thirds_fill_a_slot_three_times()
    {
        Device[] devices = [new(0, null)];
        for (int i = 0; i < 3; i++)
        {
            devices = DeviceFit.Without(devices, DeviceFit.Choose(devices, 1.0 / 3, null)!);
        }

        Assert.Null(DeviceFit.Choose(devices, 1.0 / 3, null));
        Assert.Equal(0, devices[0].Free, 9);
    }

    private static StartDecision Decide(params StartCandidate[] candidates) =>
        StartRule.Decide(new StartInputs(new StartNode("here", [new Device(0, null)]), NoLimits, candidates));

    private static Gen<StartCandidate> AnyCandidate() => Gen.Select(
        Gen.Int[1, 3], Of("ada", "bob"), Gen.Int[0, 2], Of(0.25, 0.5, 1, 2), Of<int?>(null, 50, 150),
        Gen.Int[0, 9], Of(0.0, 3, 7, 700),
        (priority, user, hours, slots, memory, flags, passedOver) => Plain with
        {
            Priority = priority * 10,
            User = user,
            SubmittedAt = Monday.AddHours(hours),
            Slots = slots,
            MemoryMb = memory,
            Hold = flags == 0 ? "paused" : null,
            Excluded = flags == 1,
            Running = flags == 2 ? 8 : 0,
            ImagesHere = flags is 3 or 4,
            ImagesOn = flags is 5 or 6 ? "there" : null,
            PassedOver = passedOver,
        });

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
