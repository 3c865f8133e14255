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

    /// <summary>
    /// Hands out the next piece of work: shards that waiting trials need first, then trials by priority, fair share between users, submission and the
    /// sweep's own order, within all limits.
    /// </summary>
    /// <remarks>An agent offers a free share of a slot in one request at a time: the offer is what the choice rests on.</remarks>
    /// <returns>Work under a lease, or null when nothing can start now.</returns>
    [Alias("Lease")]
    Task<WorkLease?> LeaseAsync(LeaseRequest request);

    /// <summary>Prepared sets of the trials that would start next and have all their shards, in that order, for nodes to fetch ahead.</summary>
    [Alias("GetUpcoming")]
    Task<string[]> GetUpcomingAsync(int trials);

    /// <summary>Reads the queue's settings and the nodes' drain orders anew; whoever changed them calls this, so that they hold from the next lease on.</summary>
    [Alias("Refresh")]
    Task RefreshAsync();
}

/// <param name="Hold">Why none of the waiting trials may start, or null.</param>
/// <param name="Waiting">In the order they should start; of a long line only its head.</param>
/// <param name="Running">Ids of trials under a lease.</param>
/// <param name="User">Who submitted it, for fair share; null is one user of its own.</param>
/// <param name="Gpus">Slots per trial: a fraction, or a whole number for a gang.</param>
/// <param name="WaitingTotal">All that wait or cannot be reached, <paramref name="Waiting"/> included; 0 from versions that do not say.</param>
/// <param name="RunningTrials">The running trials with what preemption needs to know.</param>
/// <param name="Resting">Trials of the head of the line that may not start yet; for people only.</param>
[GenerateSerializer, Immutable, Alias("vincxr.SweepDemand")]
public sealed record SweepDemand(
    [property: Id(0)] string SweepId,
    [property: Id(1)] int Priority,
    [property: Id(2)] DateTimeOffset SubmittedAt,
    [property: Id(3)] int MaxConcurrent,
    [property: Id(4)] string? Hold,
    [property: Id(5)] TrialDemand[] Waiting,
    [property: Id(6)] string[] Running,
    [property: Id(7)] string? User = null,
    [property: Id(8)] double Gpus = 1,
    [property: Id(9)] int WaitingTotal = 0,
    [property: Id(10)] RunningTrial[]? RunningTrials = null,
    [property: Id(11)] RestingTrial[]? Resting = null);

/// <summary>A trial that waits out its time after an error before it is in line again.</summary>
[GenerateSerializer, Immutable, Alias("vincxr.RestingTrial")]
public sealed record RestingTrial([property: Id(0)] string TrialId, [property: Id(1)] DateTimeOffset Until);

/// <param name="LeaseEpoch">Leases given to the trial so far.</param>
/// <param name="ExcludedNodes">Nodes it must not go to.</param>
/// <param name="MemoryProfile">What decides its memory: family, variant, image size, batch and precision as one text.</param>
/// <param name="MemoryMb">Memory it is estimated to need, MiB; runs of the same profile correct it.</param>
[GenerateSerializer, Immutable, Alias("vincxr.TrialDemand")]
public sealed record TrialDemand(
    [property: Id(0)] string TrialId,
    [property: Id(1)] string PreparedId,
    [property: Id(2)] long LeaseEpoch,
    [property: Id(3)] string[]? ExcludedNodes = null,
    [property: Id(4)] string? MemoryProfile = null,
    [property: Id(5)] int? MemoryMb = null);

/// <param name="LostSeconds">Work since its last checkpoint, slot seconds: what preempting it now would throw away at worst.</param>
/// <param name="PeakMemoryMb">Most memory it reported, MiB.</param>
[GenerateSerializer, Immutable, Alias("vincxr.RunningTrial")]
public sealed record RunningTrial(
    [property: Id(0)] string TrialId,
    [property: Id(1)] string Node,
    [property: Id(2)] double LostSeconds,
    [property: Id(3)] double SlotSeconds,
    [property: Id(4)] string? MemoryProfile = null,
    [property: Id(5)] double? PeakMemoryMb = null);

/// <summary>Exactly one of the two is set.</summary>
[GenerateSerializer, Immutable, Alias("vincxr.WorkLease")]
public sealed record WorkLease([property: Id(0)] TrialLease? Trial, [property: Id(1)] ShardLease? Shard);
