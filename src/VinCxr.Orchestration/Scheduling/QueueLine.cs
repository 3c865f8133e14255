using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>An agent's way to the queues: it asks the one that is owed the next free slot first.</summary>
internal sealed class QueueLine(IGrainFactory grains)
{
    /// <returns>Work under a lease, or null when no queue has any for this node.</returns>
    public async Task<WorkLease?> LeaseAsync(LeaseRequest request)
    {
        string[] queues = await grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).GetActiveQueuesAsync();
        if (queues.Length > 1)
        {
            queues = await grains.GetGrain<IQueueRegistryGrain>(IQueueRegistryGrain.Key).TakeTurnsAsync(queues);
        }

        foreach (string queue in queues)
        {
            if (await grains.GetGrain<IWorkQueueGrain>(queue).LeaseAsync(request) is { } lease)
            {
                return lease;
            }
        }

        return null;
    }
}
