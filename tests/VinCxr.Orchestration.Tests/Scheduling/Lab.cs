using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Sharding;
using VinCxr.Orchestration.Tests.Fakes;

namespace VinCxr.Orchestration.Tests.Scheduling;

/// <summary>A queue of its own, with sweeps that are only their demand and nodes that are only their requests.</summary>
internal sealed class Lab(TestCluster cluster, string queue = "lab")
{
    private static readonly DateTimeOffset Monday = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private string _prepared = "";

    public IWorkQueueGrain Queue => cluster.Grains.GetGrain<IWorkQueueGrain>(queue);

    public INodeRegistryGrain Nodes => cluster.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);

    public Task<QueueSummary> SummaryAsync() => cluster.Grains.GetGrain<ISchedulerGrain>(queue).GetAsync();

    public Task SetAsync(QueueSettings settings) => cluster.Grains.GetGrain<IQueueRegistryGrain>(IQueueRegistryGrain.Key).SetAsync(settings with { Name = queue });

    /// <summary>A prepared set that is taken for whole.</summary>
    public async Task PrepareAsync()
    {
        var plan = ShardSets.Plan(await new DatasetCatalog(cluster.Store).GetAsync(TinyDataset.Name, TestCluster.Cancel), new PreprocessSpec(Size: 32));
        var set = cluster.Grains.GetGrain<IShardGrain>(plan.PreparedId);
        await set.PlanAsync(plan);
        await set.CompleteAsync(0);
        Assert.True((await set.GetAsync()).IsComplete);
        _prepared = plan.PreparedId;
    }

    /// <summary>A sweep with trials that can be leased.</summary>
    public async Task<SweepDemand> DemandAsync(string sweep, int trials, int priority = 50, string? user = null, int maxConcurrent = 100, double gpus = 1)
    {
        string[] ids = [.. Enumerable.Range(0, trials).Select(i => $"{sweep}-v0-f{i}")];
        foreach (string id in ids)
        {
            await cluster.Grains.GetGrain<ITrialControlGrain>(id).PlanAsync(new TrialPlan(
                id, sweep, "v0", 0, 3, 4, "tiny", "folds", _prepared, "{}", "{}", "{}", 1, 1, 3, null, []));
        }

        return new SweepDemand(
            sweep, priority, Monday, maxConcurrent, null, [.. ids.Select(id => new TrialDemand(id, _prepared, 0))], [], user, gpus, WaitingTotal: trials);
    }

    public static LeaseRequest Request(string node, params SlotOffer[] slots) => new(node, "test", Slots: slots);

    public Task<WorkLease?> LeaseAsync(string node, int? memoryMb = null) => Queue.LeaseAsync(Request(node, new SlotOffer(0, "cpu", memoryMb)));

    /// <summary>The node says how it is.</summary>
    public Task ReportAsync(string node, double free, int? memoryMb = null, params string[] running) => Nodes.ReportAsync(
        new NodeReport(node, "cpu", 1, running, AgentId: node, Devices: [new SlotOffer(0, "cpu", memoryMb, free)]));

    public Task<Contracts.Sweeps.DecisionLine[]> DecisionsAsync(string sweep) =>
        new DecisionLog(cluster.Store.Logs, sweep, TimeProvider.System).ReadAsync(0, 1000);
}
