using CsCheck;
using VinCxr.Core.Scheduling;

namespace VinCxr.Core.Tests.Scheduling;

public sealed class PreemptionRuleTests
{
    private static readonly PreemptingTrial Urgent = new("urgent", 90, "ada", 1, null);

    private static readonly Gen<PreemptionInputs> AnyInputs = Gen.Select(
        Gen.Int[1, 3], Of(0.25, 0.5, 1, 2), Of<double?>(null, 2, 3), Of<double?>(null, 1, 2),
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1], Of(0.25, 0.5, 1), Of(10, 50, 90, 95), Of("ada", "bob"), Gen.Int[0, 5]).Array[0, 7],
        (nodes, slots, queueSlots, userSlots, wanted) => Build(nodes, slots, queueSlots, userSlots, wanted));

    [Fact]
    public void Victims_make_room_have_lower_priority_and_none_can_be_spared()
    {
        Properties.Hold(AnyInputs, inputs =>
        {
            var decision = PreemptionRule.Choose(inputs);
            Victim[] victims = [.. decision.Victims.Select(id => inputs.Running.Single(v => v.TrialId == id))];
            if (victims.Length == 0)
            {
                Assert.Null(decision.Node);
                return;
            }

            var node = inputs.Nodes.Single(n => n.Name == decision.Node);
            Assert.All(victims, v => Assert.True(v.Priority < inputs.Trial.Priority));
            Assert.True(PreemptionRule.Fits(inputs, node, victims));
            Assert.All(victims, spared => Assert.False(PreemptionRule.Fits(inputs, node, [.. victims.Where(v => v != spared)])));
        }, 3000);
    }

    [Fact]
    public void It_finds_victims_whenever_any_set_would_do_and_the_cheapest_where_one_suffices()
    {
        Properties.Hold(AnyInputs, inputs =>
        {
            var decision = PreemptionRule.Choose(inputs);
            Victim[] lower = [.. inputs.Running.Where(v => v.Priority < inputs.Trial.Priority)];
            Victim[][] sets =
            [
                .. Enumerable.Range(0, 1 << lower.Length).Select(bits => lower.Where((_, i) => (bits >> i & 1) == 1).ToArray())
                    .Where(set => inputs.Nodes.Any(n => PreemptionRule.Fits(inputs, n, set))),
            ];
            bool isNeeded = !sets.Any(s => s.Length == 0);
            Assert.Equal(isNeeded && sets.Length > 0, decision.Victims.Count > 0);
            if (isNeeded && sets.Where(s => s.Length == 1).Select(s => s[0]).ToArray() is { Length: > 0 } singles)
            {
                Assert.Equal(PreemptionRule.InOrder(singles).First().TrialId, Assert.Single(decision.Victims));
            }
        }, 3000);
    }

    [Fact]
    public void The_one_that_loses_least_yields_then_the_lowest_priority_then_the_newest()
    {
        Victim[] running = [Running("old", 10, 5, 100), Running("new", 10, 5, 50), Running("mid", 20, 5, 1), Running("costly", 10, 60, 1)];
        Assert.Equal(["new"], Choose(running).Victims);
        Assert.Equal(["fresh"], Choose([.. running, Running("fresh", 80, 1, 1)]).Victims);
    }

    [Fact]
    public void Equal_and_higher_priorities_are_left_alone() => Assert.Empty(Choose([Running("a", 90, 0, 0), Running("b", 95, 0, 0)]).Victims);

    [Fact]
    public void A_full_quota_is_freed_even_where_slots_are_free()
    {
        var inputs = new PreemptionInputs(Urgent, 1, 1, null, 0, [new StartNode("n0", [new Device(0, null)]), new StartNode("n1", [new Device(0, null, 0)])],
            [Running("a", 10, 3, 0) with { Node = "n1" }]);
        Assert.Equal(["a"], PreemptionRule.Choose(inputs).Victims);
        Assert.Equal("n0", PreemptionRule.Choose(inputs).Node);
    }

    [Fact]
    public void Nobody_yields_where_the_memory_would_not_suffice()
    {
        var small = new StartNode("n0", [new Device(0, 8000, 0)]);
        var trial = Urgent with { MemoryMb = 14_000 };
        Assert.Empty(PreemptionRule.Choose(new PreemptionInputs(trial, null, 1, null, 0, [small], [Running("a", 10, 0, 0)])).Victims);
    }

    private static PreemptionDecision Choose(Victim[] running) =>
        PreemptionRule.Choose(new PreemptionInputs(Urgent, null, running.Length, null, 0, [new StartNode("n0", [.. running.Select((_, i) => new Device(i, null, 0))])],
            [.. running.Select((v, i) => v with { Shares = [new DeviceShare(i, 1)] })]));

    private static Victim Running(string id, int priority, double lost, double used) => new(id, "n0", priority, "bob", 1, lost, used, [new DeviceShare(0, 1)]);

    private static PreemptionInputs Build(
        int nodes, double slots, double? queueSlots, double? userSlots, (int Node, int Device, double Share, int Priority, string User, int Lost)[] wanted)
    {
        double[,] free = new double[nodes, 2];
        for (int n = 0; n < nodes; n++)
        {
            (free[n, 0], free[n, 1]) = (1, 1);
        }

        List<Victim> running = [];
        foreach (var (n, d, share, priority, user, lost) in wanted.Where(w => w.Node < nodes))
        {
            if (free[n, d] >= share)
            {
                free[n, d] -= share;
                running.Add(new Victim($"r{running.Count}", $"n{n}", priority, user, share, lost, lost * 2, [new DeviceShare(d, share)]));
            }
        }

        return new PreemptionInputs(
            Urgent with { Slots = slots }, queueSlots, running.Sum(r => r.Slots), userSlots, running.Where(r => r.User == "ada").Sum(r => r.Slots),
            [.. Enumerable.Range(0, nodes).Select(n => new StartNode($"n{n}", [new Device(0, null, free[n, 0]), new Device(1, null, free[n, 1])]))], running);
    }

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
