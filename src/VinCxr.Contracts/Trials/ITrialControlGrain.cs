namespace VinCxr.Contracts.Trials;

/// <summary>What a sweep tells its trials. Key: trial id, same activation as <see cref="ITrialGrain"/>.</summary>
[Alias("vincxr.ITrialControlGrain")]
public interface ITrialControlGrain : IGrainWithStringKey
{
    /// <summary>Durably records what is to be trained; a second call changes nothing.</summary>
    [Alias("Plan")]
    Task<TrialReport> PlanAsync(TrialPlan plan);

    /// <summary>State and scores so far.</summary>
    [Alias("GetReport")]
    Task<TrialReport> GetReportAsync();

    /// <summary>Ends the trial unless it has ended; a holder of its lease is refused from now on.</summary>
    [Alias("Cancel")]
    Task CancelAsync(string reason);

    /// <summary>As <see cref="CancelAsync"/>, but only while nobody holds a lease.</summary>
    /// <returns>True when the trial has ended.</returns>
    [Alias("CancelIfPending")]
    Task<bool> CancelIfPendingAsync(string reason);

    /// <summary>Ends the trial early on a stopping rule's word unless it has ended.</summary>
    [Alias("Prune")]
    Task PruneAsync(string reason);

    /// <summary>Asks the holder of the lease to write a checkpoint and hand the lease back; no budget is used. No effect on a trial that is not leased.</summary>
    [Alias("Yield")]
    Task YieldAsync(string reason);

    /// <summary>Failed or Cancelled -> Pending with fresh budgets, going on from the last checkpoint. A trial in another state stays as it is.</summary>
    /// <returns>True when it waits again.</returns>
    [Alias("Retry")]
    Task<bool> RetryAsync(string reason);

    /// <summary>Raises the number of epochs; a trial that succeeded with fewer goes back to Pending and on from its last checkpoint.</summary>
    /// <remarks>Refused with a <c>ConflictException</c>: it was trained for more epochs already.</remarks>
    [Alias("Extend")]
    Task<TrialReport> ExtendAsync(int epochs, string settingsJson);
}

/// <summary>Everything that defines a trial; immutable. Core records travel as JSON, so that this contract has no other dependency.</summary>
/// <param name="DatasetReference"><c>name@sha256:hex</c>.</param>
/// <param name="FoldsId">Document id of the folds.</param>
/// <param name="PreparedId">Id of the prepared shard set that it reads.</param>
/// <param name="SettingsJson">The variant's trial settings.</param>
/// <param name="ScoringLabelsJson">The labels spec whose consensus is the truth of the score.</param>
/// <param name="CheckpointJson">The checkpoint spec.</param>
/// <param name="Batch">Batch size before any halving.</param>
/// <param name="MaxErrors">Error attempts allowed.</param>
/// <param name="MaxPreemptions">Preempted attempts allowed, or null for any number.</param>
/// <param name="Parameters">Searched parameters as text.</param>
/// <param name="StartBlob">Checkpoint of another trial whose weights this one starts from (fork, warm start), or null.</param>
/// <param name="StartSeal">Id of the trial that wrote <paramref name="StartBlob"/>.</param>
/// <param name="StartFresh">True to take the weights only (warm start); false to go on from that trial's epoch (fork).</param>
/// <param name="PoliciesJson">The retry spec's log policies.</param>
[GenerateSerializer, Immutable, Alias("vincxr.TrialPlan")]
public sealed record TrialPlan(
    [property: Id(0)] string TrialId,
    [property: Id(1)] string SweepId,
    [property: Id(2)] string Variant,
    [property: Id(3)] int Fold,
    [property: Id(4)] int Epochs,
    [property: Id(5)] int Batch,
    [property: Id(6)] string DatasetReference,
    [property: Id(7)] string FoldsId,
    [property: Id(8)] string PreparedId,
    [property: Id(9)] string SettingsJson,
    [property: Id(10)] string ScoringLabelsJson,
    [property: Id(11)] string CheckpointJson,
    [property: Id(12)] int KeepLast,
    [property: Id(13)] int KeepBest,
    [property: Id(14)] int MaxErrors,
    [property: Id(15)] int? MaxPreemptions,
    [property: Id(16)] Dictionary<string, string> Parameters,
    [property: Id(17)] string? StartBlob = null,
    [property: Id(18)] string? StartSeal = null,
    [property: Id(19)] bool StartFresh = false,
    [property: Id(20)] string? PoliciesJson = null);

/// <summary>A trial as its sweep sees it.</summary>
/// <param name="Revision">Grows with every change of state; an older report is ignored.</param>
/// <param name="Curve">Interim scores by epoch, ascending.</param>
/// <param name="CheckpointEpoch">Epochs in the newest checkpoint: what a preemption now would go back to.</param>
/// <param name="SlotSeconds">Slot time used so far by all attempts, weighted by share.</param>
/// <param name="PeakMemoryMb">Most memory an attempt reported, MiB, or null.</param>
/// <param name="ExcludedNodes">Nodes that it must not go to again; null means none.</param>
/// <param name="LostSeconds">Slot time since the newest checkpoint: what preempting it now would throw away at worst; 0 unless leased.</param>
/// <param name="NotBefore">Earliest start of the next attempt after an error, or null.</param>
[GenerateSerializer, Immutable, Alias("vincxr.TrialReport")]
public sealed record TrialReport(
    [property: Id(0)] TrialSummary Summary,
    [property: Id(1)] long Revision,
    [property: Id(2)] long LeaseEpoch,
    [property: Id(3)] CurvePoint[] Curve,
    [property: Id(4)] double? Map40Findings,
    [property: Id(5)] string? PredictionsBlob,
    [property: Id(6)] int CheckpointEpoch = 0,
    [property: Id(7)] double SlotSeconds = 0,
    [property: Id(8)] double? PeakMemoryMb = null,
    [property: Id(9)] string[]? ExcludedNodes = null,
    [property: Id(10)] double LostSeconds = 0,
    [property: Id(11)] DateTimeOffset? NotBefore = null);

/// <param name="Epoch">Epochs completed.</param>
/// <param name="Score">Interim mAP@0.4.</param>
[GenerateSerializer, Immutable, Alias("vincxr.CurvePoint")]
public readonly record struct CurvePoint([property: Id(0)] int Epoch, [property: Id(1)] double Score);
