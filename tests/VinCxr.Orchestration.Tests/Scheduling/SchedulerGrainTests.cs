using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Scheduling;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Persistence;
using VinCxr.Orchestration.Scheduling;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Scheduling;

/// <summary>The scheduler with real trials and a real store; demand and requests are the tests' own.</summary>
public sealed class SchedulerGrainTests
{
    [Fact]
    public async Task Asked_by_many_nodes_at_once_it_keeps_every_limit_and_logs_what_it_decided_from()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        var lab = new Lab(cluster);
        await lab.PrepareAsync();
        await lab.SetAsync(new QueueSettings("", Slots: 6, UserSlots: 4));
        await lab.Queue.SetDemandAsync(await lab.DemandAsync("a", 6, user: "ada", maxConcurrent: 3));
        await lab.Queue.SetDemandAsync(await lab.DemandAsync("b", 6, user: "bob", maxConcurrent: 9));
        await lab.Queue.SetDemandAsync(await lab.DemandAsync("c", 6, user: "ada", maxConcurrent: 9));

        var leases = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => lab.LeaseAsync($"n{i}")));

        TrialLease[] given = [.. leases.Where(l => l is not null).Select(l => l!.Trial!)];
        Assert.Equal(6, given.Length);
        Assert.Equal(6, given.Select(l => l.Plan.TrialId).Distinct().Count());
        Assert.Equal(3, given.Count(l => l.Plan.SweepId == "b"));
        Assert.InRange(given.Count(l => l.Plan.SweepId == "a"), 1, 3);
        Assert.All(given, l => Assert.Equal([new SlotShare(0, 1)], l.Slots!));
        var summary = await lab.SummaryAsync();
        Assert.Equal((6, 6.0), (summary.Leased, summary.SlotsInUse));
        Assert.Equal([3.0, 3.0], summary.Users!.Select(u => u.SlotsInUse));

        int started = 0;
        foreach (string sweep in new[] { "a", "b", "c" })
        {
            foreach (var line in await lab.DecisionsAsync(sweep))
            {
                Assert.Equal(DecisionKinds.Started, line.Kind);
                var record = StateJson.Read<StartRecord>(line.InputsJson!);
                var again = StartRule.Decide(record.Inputs);
                Assert.Equal(line.TrialId, again.TrialId);
                Assert.Equal(StateJson.Write(record.Decision), StateJson.Write(again));
                started++;
            }
        }

        Assert.Equal(6, started);
    }

    [Fact]
    public async Task A_trial_whose_lease_came_to_nothing_keeps_its_place_until_its_sweep_speaks()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        var lab = new Lab(cluster);
        await lab.PrepareAsync();
        var demand = await lab.DemandAsync("a", 2, maxConcurrent: 1);
        var (first, second) = (demand.Waiting[0], demand.Waiting[1]);

        // Taken behind the scheduler's back, as by a lease whose answer was lost.
        Assert.NotNull(await cluster.Grains.GetGrain<ITrialLeaseGrain>(first.TrialId).TryLeaseAsync(Lab.Request("elsewhere")));
        await lab.Queue.SetDemandAsync(demand);

        Assert.Null(await lab.LeaseAsync("n"));
        Assert.Null(await lab.LeaseAsync("n"));
        Assert.Equal(0, (await lab.SummaryAsync()).SlotsInUse);
        await lab.Queue.SetDemandAsync(demand with { Waiting = [second] });
        Assert.Equal(second.TrialId, (await lab.LeaseAsync("n"))!.Trial!.Plan.TrialId);

        // Sweeps go on after what a scheduler may write, and after nothing else.
        var decisions = await lab.DecisionsAsync("a");
        Assert.Contains(decisions, d => d.Kind == DecisionKinds.NotStarted);
        Assert.All(decisions, d => Assert.True(DecisionKinds.IsOfScheduler(d.Kind), d.Kind));
    }

    [Fact]
    public async Task Every_trial_says_what_it_waits_for()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        var lab = new Lab(cluster);
        await lab.PrepareAsync();
        var paused = await lab.DemandAsync("paused", 1) with { Hold = "the sweep is paused" };
        var large = await lab.DemandAsync("large", 1, priority: 90);
        large = large with { Waiting = [large.Waiting[0] with { MemoryMb = 14_000 }] };
        var plain = await lab.DemandAsync("plain", 3, priority: 40, maxConcurrent: 1) with { WaitingTotal = 10 };
        var shunned = await lab.DemandAsync("shunned", 1, priority: 30);
        shunned = shunned with { Waiting = [shunned.Waiting[0] with { ExcludedNodes = ["n"] }] };
        foreach (var demand in new[] { paused, large, plain, shunned, await lab.DemandAsync("last", 1, priority: 20) })
        {
            await lab.Queue.SetDemandAsync(demand);
        }

        Assert.Equal("no node is there to train it; 'vincxr serve' starts one", await ReasonAsync("last-v0-f0"));
        Assert.Equal("plain-v0-f0", (await lab.LeaseAsync("n", 8000))!.Trial!.Plan.TrialId);
        await lab.ReportAsync("n", free: 0, memoryMb: 8000, "plain-v0-f0");

        Assert.Equal("the sweep is paused", await ReasonAsync("paused-v0-f0"));
        Assert.Equal("needs about 14,000 MiB; the largest slot has 8,000 MiB", await ReasonAsync("large-v0-f0"));
        Assert.Equal("resources.max_concurrent is 1 and 1 run", await ReasonAsync("plain-v0-f1"));
        Assert.Equal("it is kept away from every node that is there: n", await ReasonAsync("shunned-v0-f0"));
        Assert.Equal("number 6 in line; the slot is busy", await ReasonAsync("last-v0-f0"));
        var line = Assert.Single((await lab.SummaryAsync()).Lines!, l => l.SweepId == "plain");
        Assert.Equal((1, 9, 7), (line.Running, line.Waiting, line.Behind));

        await lab.SetAsync(new QueueSettings("", Slots: 1));
        Assert.Equal("queue 'lab' may use 1 slots at once and uses 1", await ReasonAsync("last-v0-f0"));
        await lab.Nodes.SetDrainAsync("n", drain: true);
        Assert.Equal("every node is draining", await ReasonAsync("last-v0-f0"));

        async Task<string> ReasonAsync(string trial) => (await lab.SummaryAsync()).Waiting.Single(w => w.TrialId == trial).Reason;
    }

    [Fact]
    public async Task A_draining_node_gets_nothing_until_it_may_again()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        var lab = new Lab(cluster);
        await lab.PrepareAsync();
        await lab.SetAsync(new QueueSettings(""));
        await lab.Queue.SetDemandAsync(await lab.DemandAsync("s", 2));
        await lab.ReportAsync("n", free: 1);

        await lab.Nodes.SetDrainAsync("n", drain: true);
        Assert.Null(await lab.LeaseAsync("n"));
        await lab.Nodes.SetDrainAsync("n", drain: false);
        Assert.NotNull(await lab.LeaseAsync("n"));
    }

    [Fact]
    public async Task Measured_memory_use_and_past_use_outlive_a_restart_after_which_known_sweeps_speak_first()
    {
        using var folder = new TempDirectory();
        SweepDemand demand;
        await using (var cluster = await TestCluster.StartAsync(folder, trainer: null))
        {
            var lab = new Lab(cluster);
            await lab.PrepareAsync();
            await lab.SetAsync(new QueueSettings("", Slots: 1));
            demand = await lab.DemandAsync("s", 3, user: "ada");
            demand = demand with { Waiting = [.. demand.Waiting.Select(t => t with { MemoryMb = 14_000, MemoryProfile = "p" })] };
            await lab.Queue.SetDemandAsync(demand);
            Assert.Null(await lab.LeaseAsync("n", 8000));

            // A run of the same profile elsewhere took less than estimated.
            await lab.Queue.SetDemandAsync(demand with { RunningTrials = [new RunningTrial("x", "m", 0, 0, "p", 7000)] });
            Assert.NotNull(await lab.LeaseAsync("n", 8000));
            await Eventually.ReadAsync(lab.SummaryAsync, s => s.Users![0].SlotHours * 3600 > 1.5, "in use for more than a moment", TestCluster.Cancel);
        }

        await using var second = await TestCluster.StartAsync(folder, trainer: null);
        var after = new Lab(second);
        await after.PrepareAsync();
        Assert.Equal(("ada", true), (await after.SummaryAsync()).Users!.Select(u => (u.User!, u.SlotHours > 0)).Single());
        await after.Queue.SetDemandAsync(await after.DemandAsync("t", 1, priority: 90));
        Assert.Null(await after.LeaseAsync("n", 8000));
        Assert.Contains("has restarted and waits for word of 1 sweep", (await after.SummaryAsync()).Waiting[0].Reason, StringComparison.Ordinal);

        // The quota is used up by a trial that only its sweep knows of.
        await after.Queue.SetDemandAsync(demand with { Waiting = demand.Waiting[1..], Running = ["s-v0-f0"] });
        Assert.Null(await after.LeaseAsync("n", 8000));
        await after.Queue.SetDemandAsync(demand with { Waiting = demand.Waiting[1..], Hold = "paused" });
        Assert.Equal("t-v0-f0", (await after.LeaseAsync("n", 8000))!.Trial!.Plan.TrialId);
        await after.Queue.SetDemandAsync(demand with { Waiting = demand.Waiting[1..] });
        await after.SetAsync(new QueueSettings(""));
        Assert.NotNull(await after.LeaseAsync("m", 8000));
    }

    [Fact]
    public async Task Higher_priority_takes_the_slot_of_the_trial_that_loses_least()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        var lab = new Lab(cluster);
        await lab.PrepareAsync();
        var low = await lab.DemandAsync("low", 2, priority: 10);
        await lab.Queue.SetDemandAsync(low);
        var costly = (await lab.LeaseAsync("n0"))!.Trial!;
        var cheap = (await lab.LeaseAsync("n1"))!.Trial!;
        await lab.Queue.SetDemandAsync(low with
        {
            Waiting = [],
            Running = [costly.Plan.TrialId, cheap.Plan.TrialId],
            RunningTrials = [new RunningTrial(costly.Plan.TrialId, "n0", 500, 900), new RunningTrial(cheap.Plan.TrialId, "n1", 20, 900)],
        });
        await lab.Queue.SetDemandAsync(await lab.DemandAsync("urgent", 1, priority: 90));

        await Eventually.ReadAsync(
            async () =>
            {
                await lab.ReportAsync("n0", free: 0, running: costly.Plan.TrialId);
                await lab.ReportAsync("n1", free: 0, running: cheap.Plan.TrialId);
                Assert.False((await cluster.Lease(costly.Plan.TrialId).RenewAsync(costly.LeaseEpoch)).Yield);
                return await cluster.Lease(cheap.Plan.TrialId).RenewAsync(cheap.LeaseEpoch);
            },
            s => s.Yield, "asked to yield", TestCluster.Cancel);
        Assert.Equal($"{cheap.Plan.TrialId} of lower priority makes room on node 'n1'", Assert.Single((await lab.SummaryAsync()).Waiting).Reason);
        var line = Assert.Single(await lab.DecisionsAsync("low"), d => d.Kind == DecisionKinds.Preempted);
        Assert.Equal(cheap.Plan.TrialId, line.TrialId);
        var record = StateJson.Read<PreemptionRecord>(line.InputsJson!);
        Assert.Equal(record.Decision.Victims, PreemptionRule.Choose(record.Inputs).Victims);

        await cluster.Lease(cheap.Plan.TrialId).ReleaseAsync(cheap.LeaseEpoch, "made room");
        Assert.Equal("urgent-v0-f0", (await lab.LeaseAsync("n1"))!.Trial!.Plan.TrialId);
    }
}
