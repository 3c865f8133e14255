using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Agents;

/// <summary>While trials run, fetches the shards of those that would start next, one at a time and within the bounds of the cache.</summary>
internal sealed class Prefetcher(
    IGrainFactory grains, IStore store, NodeCache cache, HeldSets held, AgentOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <param name="isBusy">True while no slot is free: a free slot fetches what it needs by itself.</param>
    public async Task RunAsync(Func<bool> isBusy, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Interval, time, stopping);
                if (isBusy())
                {
                    await FetchUpcomingAsync(stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is TimeoutException or OrleansException or VinCxrException)
            {
                // The trial itself will meet the trouble and say so where people look.
                AgentLog.PrefetchFailed(logger, error.Message);
            }
        }
    }

    private async Task FetchUpcomingAsync(CancellationToken stopping)
    {
        var shards = new PreparedSets(store);
        foreach (string queue in await grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).GetActiveQueuesAsync())
        {
            foreach (string prepared in await grains.GetGrain<IWorkQueueGrain>(queue).GetUpcomingAsync(options.Slots))
            {
                string[] blobs = [.. (await shards.ListAsync(prepared, stopping)).Select(s => s.BlobId)];
                held.Know(prepared, blobs);
                foreach (string blob in blobs.Where(b => !cache.Contains(b)))
                {
                    if (!await cache.PrefetchAsync(store, blob, stopping))
                    {
                        return;
                    }
                }
            }
        }
    }
}
