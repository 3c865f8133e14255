using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;

namespace VinCxr.Contracts.Scheduling;

/// <summary>Where sweeps place demand and agents pull work. Key: queue name, same activation as <see cref="ISchedulerGrain"/>.</summary>
[Alias("vincxr.IWorkQueueGrain")]
public interface IWorkQueueGrain : IGrainWithStringKey
{
    /// <summary>Replaces all that is known of one sweep's wishes. Sweeps repeat it, so nothing here needs to be durable.</summary>
    [Alias("SetDemand")]
    Task SetDemandAsync(SweepDemand demand);

    /// <summary>Hands out the next piece of work: shards that waiting trials need first, then trials by priority and submission order.</summary>
    /// <returns>Work under a lease, or null when nothing can start now.</returns>
    [Alias("Lease")]
    Task<WorkLease?> LeaseAsync(LeaseRequest request);

    /// <summary>Prepared sets of the trials that would start next and have all their shards, in that order, for nodes to fetch ahead.</summary>
    [Alias("GetUpcoming")]
    Task<string[]> GetUpcomingAsync(int trials);
}

/// <param name="Hold">Why none of the waiting trials may start, or null.</param>
/// <param name="Waiting">In the order they should start.</param>
/// <param name="Running">Ids of trials under a lease.</param>
[GenerateSerializer, Alias("vincxr.SweepDemand")]
public sealed record SweepDemand(
    [property: Id(0)] string SweepId,
    [property: Id(1)] int Priority,
    [property: Id(2)] DateTimeOffset SubmittedAt,
    [property: Id(3)] int MaxConcurrent,
    [property: Id(4)] string? Hold,
    [property: Id(5)] TrialDemand[] Waiting,
    [property: Id(6)] string[] Running);

/// <param name="LeaseEpoch">Leases given to the trial so far.</param>
[GenerateSerializer, Alias("vincxr.TrialDemand")]
public sealed record TrialDemand([property: Id(0)] string TrialId, [property: Id(1)] string PreparedId, [property: Id(2)] long LeaseEpoch);

/// <summary>Exactly one of the two is set.</summary>
[GenerateSerializer, Alias("vincxr.WorkLease")]
public sealed record WorkLease([property: Id(0)] TrialLease? Trial, [property: Id(1)] ShardLease? Shard);
