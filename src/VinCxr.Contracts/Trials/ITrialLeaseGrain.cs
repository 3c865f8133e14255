namespace VinCxr.Contracts.Trials;

/// <summary>
/// What the holder of a trial's lease may do. Key: trial id, same activation as <see cref="ITrialGrain"/>. Every call carries the lease
/// epoch and is refused with a <c>ConflictException</c> when it is stale; every call may be repeated after a lost answer.
/// </summary>
[Alias("vincxr.ITrialLeaseGrain")]
public interface ITrialLeaseGrain : IGrainWithStringKey
{
    /// <returns>A lease with a new epoch, or null when the trial is not waiting.</returns>
    [Alias("TryLease")]
    Task<TrialLease?> TryLeaseAsync(LeaseRequest request);

    /// <summary>Extends the lease by its ttl.</summary>
    [Alias("Renew")]
    Task RenewAsync(long leaseEpoch);

    /// <summary>The trainer runs: Leased -> Running.</summary>
    [Alias("Started")]
    Task StartedAsync(long leaseEpoch, AttemptStarted started);

    /// <summary>Appends metrics; ordinals that were appended already are skipped.</summary>
    [Alias("ReportMetrics")]
    Task ReportMetricsAsync(long leaseEpoch, MetricReport[] metrics);

    /// <summary>Appends log lines.</summary>
    [Alias("AppendLog")]
    Task AppendLogAsync(long leaseEpoch, string[] lines);

    /// <summary>Points the trial at a checkpoint whose blob is stored already.</summary>
    /// <returns>Blobs of older checkpoints that nothing points at any more; the caller deletes them.</returns>
    [Alias("CommitCheckpoint")]
    Task<string[]> CommitCheckpointAsync(long leaseEpoch, CheckpointReport checkpoint);

    /// <summary>Running -> Succeeded.</summary>
    [Alias("Complete")]
    Task CompleteAsync(long leaseEpoch, CompletionReport result);

    /// <summary>The attempt failed: back to Pending, or Failed when its budget is used up.</summary>
    [Alias("Fail")]
    Task FailAsync(long leaseEpoch, AttemptFailure failure);

    /// <summary>Hands the lease back (graceful shutdown): Pending again, no budget used.</summary>
    [Alias("Release")]
    Task ReleaseAsync(long leaseEpoch, string reason);
}

/// <param name="Node">Name of the agent's node.</param>
/// <param name="Incarnation">One run of the cluster; leases of a dead incarnation are recovered at once.</param>
/// <param name="Held">Ids of prepared sets whose shards all lie in the node's cache; null from versions that do not say.</param>
/// <param name="FreeSlots">Slots that are free, the one asked for included.</param>
[GenerateSerializer, Alias("vincxr.LeaseRequest")]
public sealed record LeaseRequest(
    [property: Id(0)] string Node, [property: Id(1)] string Incarnation, [property: Id(2)] string[]? Held = null, [property: Id(3)] int FreeSlots = 1);

/// <param name="Ttl">Time after the last renewal at which the lease is lost.</param>
/// <param name="ResumeBlob">Checkpoint to go on from, or null.</param>
/// <param name="BatchHalvings">Halvings of the batch after out-of-memory attempts.</param>
[GenerateSerializer, Alias("vincxr.TrialLease")]
public sealed record TrialLease(
    [property: Id(0)] TrialPlan Plan,
    [property: Id(1)] long LeaseEpoch,
    [property: Id(2)] TimeSpan Ttl,
    [property: Id(3)] string? ResumeBlob,
    [property: Id(4)] int ResumeEpoch,
    [property: Id(5)] int BatchHalvings);

[GenerateSerializer, Alias("vincxr.AttemptStarted")]
public sealed record AttemptStarted(
    [property: Id(0)] int StartEpoch, [property: Id(1)] long Parameters, [property: Id(2)] string Device, [property: Id(3)] string CodeVersion);

/// <param name="Ordinal">1, 2, 3, ... within one lease epoch.</param>
[GenerateSerializer, Alias("vincxr.MetricReport")]
public sealed record MetricReport(
    [property: Id(0)] long Ordinal, [property: Id(1)] int Epoch, [property: Id(2)] long Step, [property: Id(3)] Dictionary<string, double> Values);

/// <param name="Epoch">Epochs contained in the checkpoint.</param>
[GenerateSerializer, Alias("vincxr.CheckpointReport")]
public sealed record CheckpointReport([property: Id(0)] string Blob, [property: Id(1)] int Epoch, [property: Id(2)] bool IsBest);

/// <param name="Map40">Computed by the agent from the stored predictions, all classes.</param>
[GenerateSerializer, Alias("vincxr.CompletionReport")]
public sealed record CompletionReport(
    [property: Id(0)] int Epoch,
    [property: Id(1)] string PredictionsBlob,
    [property: Id(2)] string WeightsBlob,
    [property: Id(3)] double Map40,
    [property: Id(4)] double Map40Findings);

[GenerateSerializer, Alias("vincxr.FailureKind")]
public enum FailureKind
{
    /// <summary>Code, data or an unexplained exit; uses the error budget.</summary>
    Error,

    /// <summary>Out of memory: tried again with half the batch until the batch is 1.</summary>
    OutOfMemory,

    /// <summary>The loss is not finite. Training is deterministic, so the trial fails without another attempt.</summary>
    Diverged,
}

[GenerateSerializer, Alias("vincxr.AttemptFailure")]
public sealed record AttemptFailure([property: Id(0)] FailureKind Kind, [property: Id(1)] string Message);
