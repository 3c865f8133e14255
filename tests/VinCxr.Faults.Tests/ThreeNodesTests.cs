using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Sharding;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis;
using VinCxr.Orchestration.Sharding;
using VinCxr.Server.Hosting;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests;

/// <summary>Three real servers on one machine prepare one data set; docs/cluster.md does the same with 5,000 images by hand.</summary>
public sealed class ThreeNodesTests
{
    private const int Shards = 8;
    private const int Images = ((Shards - 1) * ShardBuilder.ImagesPerShard) + 44;
    private const long Gigabyte = 1_000_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [BoundedFact]
    public async Task Three_processes_share_the_shards_and_stay_small_and_a_killed_one_is_made_up_for()
    {
        using var folder = new TempDirectory();
        string storePath = folder.File("store");
        var manifest = await IngestAsync(folder, storePath);
        using var a = await ServeProcess.StartNodeAsync(storePath, "all", "a", Cancel);
        using var b = await ServeProcess.StartNodeAsync(storePath, "gpu", "b", Cancel);
        using var c = await ServeProcess.StartNodeAsync(storePath, "gpu", "c", Cancel);
        await using var client = await EmbeddedCluster.ConnectAsync(storePath, cancellationToken: Cancel);
        Assert.False(client.IsEmbedded);
        await Eventually.ReadAsync(
            () => client.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key).ListAsync(), n => n.Length == 3 && n.All(x => x.Slots == 1), "three nodes", Cancel);

        var made = await PrepareAsync(client, manifest, new PreprocessSpec(48));

        Assert.Equal(["a", "b", "c"], made.Nodes.Select(n => n.Node));
        Assert.Equal((Shards, Images), (made.Nodes.Sum(n => n.Shards), made.Nodes.Sum(n => n.Done.Images)));
        Assert.All([a, b, c], node => Assert.InRange(node.PeakMemory ?? 0, 0, Gigabyte));

        // The next set, with one node killed in the middle: its shard goes to another when the lease has run out.
        var spec = new PreprocessSpec(40) { Codec = "zstd" };
        var plan = ShardSets.Plan(manifest, spec);
        await client.Grains.GetGrain<IShardGrain>(plan.PreparedId).PlanAsync(plan);
        await ProgressAsync(client, plan, p => p.Nodes.Any(n => n.Node == "c"), "at work on c");
        await c.KillAsync(Cancel);
        var rest = await ProgressAsync(client, plan, p => p.Status.IsComplete, "complete");
        Assert.Equal(Images, rest.Images);
        Assert.Null(rest.Status.Error);
    }

    private static async Task<ShardSetProgress> PrepareAsync(EmbeddedCluster client, DatasetManifest manifest, PreprocessSpec spec)
    {
        var plan = ShardSets.Plan(manifest, spec);
        await client.Grains.GetGrain<IShardGrain>(plan.PreparedId).PlanAsync(plan);
        return await ProgressAsync(client, plan, p => p.Status.IsComplete, "complete");
    }

    private static Task<ShardSetProgress> ProgressAsync(EmbeddedCluster client, ShardSetPlan plan, Func<ShardSetProgress, bool> wanted, string what) =>
        Eventually.ReadAsync(
            async () =>
            {
                await client.Grains.GetGrain<IWantedSetsGrain>(IWantedSetsGrain.Key).WantAsync(plan.PreparedId);
                return await client.Grains.GetGrain<IShardGrain>(plan.PreparedId).GetProgressAsync();
            },
            wanted, what, Cancel, TimeSpan.FromMinutes(5));

    private static async Task<DatasetManifest> IngestAsync(TempDirectory folder, string storePath)
    {
        string images = folder.File("images");
        await PhantomGenerator.WriteAsync(new PhantomOptions(Images, Size: 64, NormalFraction: 0.25, FindingIds: [3]), images, cancellationToken: Cancel);
        await using var store = await StoreFactory.OpenAsync(storePath, create: true, Cancel);
        return (await new DatasetIngest(store).RunAsync("phantoms", images, Path.Combine(images, "train.csv"), new IngestOptions(), cancellationToken: Cancel)).Manifest;
    }
}
