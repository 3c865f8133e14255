using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Sharding;
using VinCxr.Orchestration.Sharding;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Sharding;

/// <summary>Prepared sets that are wanted without a sweep, and shards that get lost.</summary>
public sealed class ShardSetTests
{
    private static readonly PreprocessSpec Spec = new(32);

    [Fact]
    public async Task A_wanted_set_is_made_by_an_agent_and_its_progress_names_the_node()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, new FakeTrainer());
        var plan = await PlanAsync(cluster);
        var set = cluster.Grains.GetGrain<IShardGrain>(plan.PreparedId);
        Assert.Equal(0, (await set.PlanAsync(plan)).Made);

        var end = await PrepareAsync(cluster, plan);

        Assert.Equal((TinyDataset.Images, TinyDataset.Images), (end.Images, end.TotalImages));
        var node = Assert.Single(end.Nodes);
        Assert.Equal(("node", 1, 0, TinyDataset.Images), (node.Node, node.Shards, node.Making, node.Done.Images));
        var manifest = await new DatasetCatalog(cluster.Store).GetAsync(TinyDataset.Name, TestCluster.Cancel);
        Assert.Equal(manifest.Images.Sum(i => i.Length), node.Done.SourceBytes);
        Assert.Equal((await ShardAsync(cluster, plan)).Length, node.Done.StoredBytes);
    }

    [Fact]
    public async Task Nothing_is_made_that_nobody_wants()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        var plan = await PlanAsync(cluster);
        await cluster.Grains.GetGrain<IShardGrain>(plan.PreparedId).PlanAsync(plan);
        var wanted = cluster.Grains.GetGrain<IWantedSetsGrain>(IWantedSetsGrain.Key);
        var request = new LeaseRequest("node", "run");

        Assert.Null(await wanted.LeaseAsync(request));
        await wanted.WantAsync(plan.PreparedId);
        Assert.NotNull(await wanted.LeaseAsync(request));
        Assert.Null(await wanted.LeaseAsync(request));
        await wanted.ForgetAsync(plan.PreparedId);
        Assert.Null(await wanted.LeaseAsync(request));
    }

    [Fact]
    public async Task A_lost_shard_is_made_again_once_and_then_breaks_the_set_until_it_is_planned_anew()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, new FakeTrainer());
        var plan = await PlanAsync(cluster);
        var set = cluster.Grains.GetGrain<IShardGrain>(plan.PreparedId);
        await set.PlanAsync(plan);
        await PrepareAsync(cluster, plan);
        Assert.True((await set.ReportLostAsync(0)).IsComplete, "a shard that is there cannot be lost");

        var shard = await ShardAsync(cluster, plan);
        await cluster.Store.Blobs.DeleteAsync(shard.BlobId, TestCluster.Cancel);
        var lost = await set.ReportLostAsync(0);
        Assert.Equal((0, null), (lost.Made, lost.Error));
        await PrepareAsync(cluster, plan);

        await cluster.Store.Blobs.DeleteAsync(shard.BlobId, TestCluster.Cancel);
        string error = (await set.ReportLostAsync(0)).Error!;
        Assert.StartsWith("shard 0 of ", error, StringComparison.Ordinal);
        Assert.Contains("damaged again", error, StringComparison.Ordinal);

        Assert.Null((await set.PlanAsync(plan)).Error);
        await PrepareAsync(cluster, plan);
    }

    [Fact]
    public async Task A_refused_shard_breaks_the_set_at_once()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        var plan = await PlanAsync(cluster);
        var set = cluster.Grains.GetGrain<IShardGrain>(plan.PreparedId);
        await set.PlanAsync(plan);
        var lease = await set.TryLeaseAsync(new LeaseRequest("node", "run"));

        await set.RefuseAsync(lease!.Index, lease.LeaseEpoch + 1, "a stale word");
        Assert.Null((await set.GetAsync()).Error);
        await set.RefuseAsync(lease.Index, lease.LeaseEpoch, "image 'x' cannot be prepared: no pixels");

        Assert.Equal("shard 0 cannot be made: image 'x' cannot be prepared: no pixels", (await set.GetAsync()).Error);
        Assert.Null(await set.TryLeaseAsync(new LeaseRequest("node", "run")));
    }

    [Fact]
    public async Task A_trial_that_meets_a_damaged_blob_waits_until_its_shard_is_made_again()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, new FakeTrainer(), slots: 1);
        var plan = await PlanAsync(cluster);
        await cluster.Grains.GetGrain<IShardGrain>(plan.PreparedId).PlanAsync(plan);
        await PrepareAsync(cluster, plan);
        string blob = (await ShardAsync(cluster, plan)).BlobId;
        await DamageAsync(Path.Combine(folder.File("store"), "blobs", blob[..2], blob));

        var sweep = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml(rates: "[0.1]")));

        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        Assert.Contains(await LogsAsync(cluster, sweep), l => l.Contains("image shard 0 was damaged in the store and is made again", StringComparison.Ordinal));
        foreach (var trial in sweep.Trials)
        {
            Assert.Equal(0, (await cluster.Trial(trial.Id).GetAsync()).ErrorsUsed);
        }
    }

    [Fact]
    public async Task A_copy_damaged_on_the_nodes_disk_is_fetched_again_without_using_the_error_budget()
    {
        using var folder = new TempDirectory();
        int attempts = 0;
        var trainer = new FakeTrainer
        {
            Script = async (job, _, _) =>
            {
                if (Interlocked.Increment(ref attempts) > 1)
                {
                    return null;
                }

                await DamageAsync(job.ShardPaths[0]);
                return new TrainerFailed("data", "the pixels of image 'img00' fail their checksum");
            },
        };
        await using var cluster = await TestCluster.StartAsync(folder, trainer, slots: 1);

        var sweep = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml("retry: {errors: 0}", rates: "[0.1]")));

        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        string[] logs = await LogsAsync(cluster, sweep);
        Assert.Contains(logs, l => l.Contains("1 cached shard was damaged on this node's disk", StringComparison.Ordinal));
        Assert.Contains(logs, l => l.Contains("of it read again", StringComparison.Ordinal));
        var nodes = await Eventually.ReadAsync(
            () => cluster.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key).ListAsync(), n => n.Length == 1 && n[0].Cache?.BytesReread > 0, "counted", TestCluster.Cancel);
        Assert.True(Assert.Single(nodes[0].Held!).IsWhole);
    }

    private static async Task<ShardSetPlan> PlanAsync(TestCluster cluster) =>
        ShardSets.Plan(await new DatasetCatalog(cluster.Store).GetAsync(TinyDataset.Name, TestCluster.Cancel), Spec);

    private static async Task<PreparedShard> ShardAsync(TestCluster cluster, ShardSetPlan plan) =>
        Assert.Single(await new PreparedSets(cluster.Store).ListAsync(plan.PreparedId, TestCluster.Cancel));

    private static Task<ShardSetProgress> PrepareAsync(TestCluster cluster, ShardSetPlan plan) => Eventually.ReadAsync(
        async () =>
        {
            await cluster.Grains.GetGrain<IWantedSetsGrain>(IWantedSetsGrain.Key).WantAsync(plan.PreparedId);
            return await cluster.Grains.GetGrain<IShardGrain>(plan.PreparedId).GetProgressAsync();
        },
        p => p.Status.IsComplete, "prepared", TestCluster.Cancel);

    private static async Task<string[]> LogsAsync(TestCluster cluster, SweepDetails sweep)
    {
        var logs = await Task.WhenAll(sweep.Trials.Select(t => cluster.Trial(t.Id).GetLogAsync(0)));
        return [.. logs.SelectMany(l => l).Select(l => l.Text)];
    }

    private static async Task DamageAsync(string path)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path);
        bytes[100] ^= 0x40;
        await File.WriteAllBytesAsync(path, bytes);
    }
}
