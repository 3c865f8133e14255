using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Agents;

/// <summary>Makes one prepared shard under a lease, and tells how far it is about once a second.</summary>
internal sealed class ShardRunner(IGrainFactory grains, IStore store, LabelSource labels, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    /// <summary>One image per core, however many slots make shards.</summary>
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);

    /// <summary>Never throws: what goes wrong is told to the set, or its lease runs out.</summary>
    public async Task RunAsync(ShardLease lease, CancellationToken stopping)
    {
        var grain = grains.GetGrain<IShardGrain>(lease.Plan.PreparedId);
        int done = 0;
        long[] bytesUpTo = [0];
        Task TellAsync(long stored = 0)
        {
            int images = Volatile.Read(ref done);
            return grain.ReportAsync(lease.Index, lease.LeaseEpoch, new ShardWork(images, Volatile.Read(ref bytesUpTo)[images], stored));
        }

        async Task<LeaseStanding> RenewAsync()
        {
            await TellAsync();
            return new LeaseStanding(Yield: false);
        }

        await using var keeper = new LeaseKeeper(RenewAsync, lease.Ttl, time, logger, ReportInterval);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(keeper.Lost, stopping);
        try
        {
            var manifest = await labels.GetManifestAsync(lease.Plan.DatasetReference);
            var plan = ShardBuilder.Plan(manifest)[lease.Index];
            Volatile.Write(ref bytesUpTo, RunningBytes(manifest, plan));
            var shard = await Task.Run(() => BuildAsync(lease, manifest, plan, new Counter(images => Volatile.Write(ref done, images)), linked.Token), linked.Token);
            await TellQuietlyAsync(lease, () => TellAsync(shard.Length));

            // Said whether the lease still holds or not: the shard is there.
            await TellQuietlyAsync(lease, () => grain.CompleteAsync(lease.Index));
            AgentLog.ShardMade(logger, lease.Index, lease.Plan.PreparedId);
        }
        catch (OperationCanceledException) when (linked.IsCancellationRequested)
        {
            await TellQuietlyAsync(lease, () => grain.ReleaseAsync(lease.Index, lease.LeaseEpoch));
        }
        catch (Exception error) when (error is DicomException or InvalidInputException)
        {
            await TellQuietlyAsync(lease, () => grain.RefuseAsync(lease.Index, lease.LeaseEpoch, error.Message));
        }
        catch (Exception error)
        {
            await TellQuietlyAsync(lease, () => grain.FailAsync(lease.Index, lease.LeaseEpoch, error.Message));
        }
    }

    private Task<PreparedShard> BuildAsync(ShardLease lease, DatasetManifest manifest, ShardPlan plan, IProgress<int> progress, CancellationToken cancellationToken)
    {
        var key = new PreparedKey(lease.Plan.DatasetVersion, StateJson.Read<PreprocessSpec>(lease.Plan.PreprocessJson), ImagePreparation.Version);
        return new ShardBuilder(store, permits: _cores).BuildAsync(manifest, key, plan, progress, cancellationToken);
    }

    public void Dispose() => _cores.Dispose();

    /// <returns>Bytes of the first 0, 1, 2, ... images of a shard.</returns>
    private static long[] RunningBytes(DatasetManifest manifest, ShardPlan plan)
    {
        var lengths = manifest.Images.ToDictionary(i => i.ImageId, i => i.Length, StringComparer.Ordinal);
        long[] upTo = new long[plan.ImageIds.Count + 1];
        for (int i = 0; i < plan.ImageIds.Count; i++)
        {
            upTo[i + 1] = upTo[i] + lengths[plan.ImageIds[i]];
        }

        return upTo;
    }

    private async Task TellQuietlyAsync(ShardLease lease, Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception error)
        {
            // The lease runs out by itself, and whoever takes the shard next finds it made or makes it.
            AgentLog.ReportFailed(logger, $"shard {lease.Index} of {lease.Plan.PreparedId}", error.Message);
        }
    }

    private sealed class Counter(Action<int> count) : IProgress<int>
    {
        public void Report(int value) => count(value);
    }
}
