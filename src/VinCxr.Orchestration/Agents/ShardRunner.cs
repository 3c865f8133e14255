using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Sharding;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Agents;

/// <summary>Makes one prepared shard under a lease.</summary>
internal sealed class ShardRunner(IGrainFactory grains, IStore store, LabelSource labels, TimeProvider time, ILogger logger)
{
    public async Task RunAsync(ShardLease lease, CancellationToken stopping)
    {
        var plan = lease.Plan;
        var grain = grains.GetGrain<IShardGrain>(plan.PreparedId);
        await using var keeper = new LeaseKeeper(() => grain.RenewAsync(lease.Index, lease.LeaseEpoch), lease.Ttl, time, logger);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(keeper.Lost, stopping);
        try
        {
            var manifest = await labels.GetManifestAsync(plan.DatasetReference);
            var key = new PreparedKey(plan.DatasetVersion, StateJson.Read<PreprocessSpec>(plan.PreprocessJson), ImagePreparation.Version);
            await Task.Run(() => new ShardBuilder(store).BuildAsync(manifest, key, ShardBuilder.Plan(manifest)[lease.Index], cancellationToken: linked.Token), linked.Token);
            await grain.CompleteAsync(lease.Index);
            AgentLog.ShardMade(logger, lease.Index, plan.PreparedId);
        }
        catch (OperationCanceledException) when (linked.IsCancellationRequested)
        {
            await grain.ReleaseAsync(lease.Index, lease.LeaseEpoch);
        }
        catch (Exception error)
        {
            await grain.FailAsync(lease.Index, lease.LeaseEpoch, error.Message);
        }
    }
}
