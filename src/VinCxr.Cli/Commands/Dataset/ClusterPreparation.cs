using System.Globalization;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Sharding;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Orchestration.Sharding;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>Asks the cluster for a prepared set and follows it to the end. The wish ends with this process, what was made stays.</summary>
internal static class ClusterPreparation
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(2);

    /// <exception cref="StoreException">A shard cannot be made; the message names the image and the reason.</exception>
    public static async Task RunAsync(
        CliContext context, IGrainFactory grains, DatasetManifest manifest, PreprocessSpec spec, CancellationToken cancellationToken)
    {
        ShardSetPlan plan = ShardSets.Plan(manifest, spec);
        var set = grains.GetGrain<IShardGrain>(plan.PreparedId);
        var wanted = grains.GetGrain<IWantedSetsGrain>(IWantedSetsGrain.Key);
        await set.PlanAsync(plan);
        ShardSetProgress before = await set.GetProgressAsync();
        if (before.Status.Made > 0)
        {
            context.Note($"{before.Status.Made} of {before.Status.Total} shards were there already");
        }

        long start = context.Clock.GetTimestamp();
        try
        {
            ShardSetProgress end = await ProgressDisplay.RunAsync(
                context, $"prepare {manifest.Name}", ProgressUnit.Images, bar => FollowAsync(context, set, wanted, plan, before, bar, cancellationToken));
            Summarise(context, before, end, context.Clock.GetElapsedTime(start));
        }
        finally
        {
            await ForgetAsync(wanted, plan.PreparedId);
        }
    }

    private static async Task<ShardSetProgress> FollowAsync(
        CliContext context, IShardGrain set, IWantedSetsGrain wanted, ShardSetPlan plan, ShardSetProgress before, IProgressBar bar, CancellationToken cancellationToken)
    {
        long start = context.Clock.GetTimestamp();
        int most = 0;
        while (true)
        {
            await wanted.WantAsync(plan.PreparedId);
            ShardSetProgress now = await set.GetProgressAsync();

            // A lost lease takes the images of its shard back.
            most = Math.Max(most, now.Images - before.Images);
            bar.Update(most, now.TotalImages - before.Images, Note(before, now, context.Clock.GetElapsedTime(start)));
            if (now.Status.Error is { } error)
            {
                throw new StoreException(error);
            }

            if (now.Status.IsComplete)
            {
                return now;
            }

            await Task.Delay(Interval, context.Clock, cancellationToken);
        }
    }

    private static string Note(ShardSetProgress before, ShardSetProgress now, TimeSpan elapsed)
    {
        ShardNodeWork[] nodes = Since(before, now);
        string rate = elapsed > TimeSpan.Zero ? $", {Rate(nodes.Sum(n => n.Done.SourceBytes), elapsed)} read" : "";
        string who = nodes.Length == 0 ? "no agent works on it yet" : string.Join(", ", nodes.Select(n => $"{n.Node} {n.Done.Images}"));
        return $"{now.Status.Made}/{now.Status.Total} shards{rate}; {who}";
    }

    private static void Summarise(CliContext context, ShardSetProgress before, ShardSetProgress end, TimeSpan elapsed)
    {
        ShardNodeWork[] nodes = Since(before, end);
        foreach (ShardNodeWork node in nodes)
        {
            context.Note(Describe(node.Node, node.Shards, node.Done, elapsed));
        }

        if (nodes.Length != 1)
        {
            context.Note(Describe("all nodes", nodes.Sum(n => n.Shards), Total(nodes), elapsed));
        }
    }

    private static string Describe(string who, int shards, ShardWork done, TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"{who}: {shards} shards, {done.Images} images, read {Text.Bytes(done.SourceBytes)}, stored {Text.Bytes(done.StoredBytes)}, "
        + $"{done.Images / Math.Max(elapsed.TotalSeconds, 1e-3):0.0} images/s, {Rate(done.SourceBytes, elapsed)} read");

    private static string Rate(long bytes, TimeSpan elapsed) => $"{Text.Bytes((long)(bytes / Math.Max(elapsed.TotalSeconds, 1e-3)))}/s";

    private static ShardWork Total(ShardNodeWork[] nodes) =>
        new(nodes.Sum(n => n.Done.Images), nodes.Sum(n => n.Done.SourceBytes), nodes.Sum(n => n.Done.StoredBytes));

    /// <summary>What nodes did since this run began; the set may remember earlier ones.</summary>
    private static ShardNodeWork[] Since(ShardSetProgress before, ShardSetProgress now)
    {
        Dictionary<string, ShardNodeWork> earlier = before.Nodes.ToDictionary(n => n.Node);
        return
        [
            .. now.Nodes.Select(n => earlier.TryGetValue(n.Node, out ShardNodeWork? then)
                ? n with
                {
                    Shards = n.Shards - then.Shards,
                    Done = new ShardWork(n.Done.Images - then.Done.Images, n.Done.SourceBytes - then.Done.SourceBytes, n.Done.StoredBytes - then.Done.StoredBytes),
                }
                : n).Where(n => n.Making > 0 || n.Done.Images > 0),
        ];
    }

    /// <summary>Nodes stop soon by themselves; this only makes it sooner.</summary>
    private static async Task ForgetAsync(IWantedSetsGrain wanted, string preparedId)
    {
        try
        {
            await wanted.ForgetAsync(preparedId).WaitAsync(FarewellLimit);
        }
        catch (Exception error) when (error is TimeoutException or OrleansException)
        {
            // The server is gone or slow; the wish runs out.
        }
    }
}
