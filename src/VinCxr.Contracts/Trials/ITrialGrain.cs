using VinCxr.Contracts.Sweeps;

namespace VinCxr.Contracts.Trials;

/// <summary>
/// One variant on one fold, a durable state machine: Pending -> Leased -> Running -> Succeeded | Pruned | Failed | Cancelled.
/// Finished is immutable. Key: trial id. Calls that carry a lease epoch are refused when it is stale.
/// </summary>
[Alias("vincxr.ITrialGrain")]
public interface ITrialGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<TrialDetails> GetAsync();

    /// <summary>Metrics after a sequence number, oldest first, at most 1000.</summary>
    [Alias("GetMetrics")]
    Task<MetricPoint[]> GetMetricsAsync(long afterSequence);

    /// <summary>Log lines of all attempts after a sequence number, at most 1000.</summary>
    [Alias("GetLog")]
    Task<LogLine[]> GetLogAsync(long afterSequence);
}

[GenerateSerializer, Alias("vincxr.TrialState")]
public enum TrialState
{
    Pending,
    Leased,
    Running,
    Succeeded,
    Pruned,
    Failed,
    Cancelled,
}

/// <param name="Attempt">1-based count of leases given so far; 0 before the first.</param>
/// <param name="Epoch">Training epochs completed.</param>
/// <param name="Map40">Out-of-fold mAP@0.4 computed by the platform once finished; before that the newest interim value, or null.</param>
[GenerateSerializer, Immutable, Alias("vincxr.TrialSummary")]
public sealed record TrialSummary(
    [property: Id(0)] string Id,
    [property: Id(1)] string SweepId,
    [property: Id(2)] string Variant,
    [property: Id(3)] int Fold,
    [property: Id(4)] TrialState State,
    [property: Id(5)] int Attempt,
    [property: Id(6)] int Epoch,
    [property: Id(7)] int Epochs,
    [property: Id(8)] double? Map40,
    [property: Id(9)] string? Node,
    [property: Id(10)] string? Reason);

/// <param name="PredictionsBlob">Out-of-fold predictions (long CSV), or null while unfinished.</param>
/// <param name="Map40Findings">The mean without the No finding class.</param>
/// <param name="LrFactor">Factor on the learning rate, below 1 after a loss that was not finite.</param>
/// <param name="ExcludedNodes">Nodes that it must not go to again; null means none.</param>
/// <param name="MaxErrors">Error attempts allowed; null from versions that do not say.</param>
/// <param name="MaxPreemptions">Preempted attempts allowed, or null for any number.</param>
/// <param name="SlotSeconds">Slot time used so far by all attempts, weighted by share.</param>
/// <param name="PeakMemoryMb">Most memory an attempt reported, MiB, or null.</param>
/// <param name="NotBefore">Earliest start of the next attempt after an error, or null.</param>
/// <param name="YieldReason">Why its holder was asked to hand the lease back, or null.</param>
/// <param name="ActivationMapsBlob">Activation maps of the held-out images; null while unfinished, and when the trainer made none.</param>
[GenerateSerializer, Immutable, Alias("vincxr.TrialDetails")]
public sealed record TrialDetails(
    [property: Id(0)] TrialSummary Summary,
    [property: Id(1)] long LeaseEpoch,
    [property: Id(2)] DateTimeOffset? StartedAt,
    [property: Id(3)] DateTimeOffset? EndedAt,
    [property: Id(4)] string? CheckpointBlob,
    [property: Id(5)] int CheckpointEpoch,
    [property: Id(6)] string? WeightsBlob,
    [property: Id(7)] string? PredictionsBlob,
    [property: Id(8)] double? Map40Findings,
    [property: Id(9)] int ErrorsUsed,
    [property: Id(10)] int PreemptionsUsed,
    [property: Id(11)] int BatchHalvings,
    [property: Id(12)] string? CodeVersion,
    [property: Id(13)] Dictionary<string, string> Parameters,
    [property: Id(14)] double LrFactor = 1,
    [property: Id(15)] string[]? ExcludedNodes = null,
    [property: Id(16)] int? MaxErrors = null,
    [property: Id(17)] int? MaxPreemptions = null,
    [property: Id(18)] double SlotSeconds = 0,
    [property: Id(19)] double? PeakMemoryMb = null,
    [property: Id(20)] DateTimeOffset? NotBefore = null,
    [property: Id(21)] string? YieldReason = null,
    [property: Id(22)] string? ActivationMapsBlob = null);

[GenerateSerializer, Immutable, Alias("vincxr.MetricPoint")]
public sealed record MetricPoint(
    [property: Id(0)] long Sequence,
    [property: Id(1)] long LeaseEpoch,
    [property: Id(2)] int Epoch,
    [property: Id(3)] long Step,
    [property: Id(4)] Dictionary<string, double> Values,
    [property: Id(5)] DateTimeOffset At);
