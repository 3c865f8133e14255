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
    /// <returns>Whether to go on, or to write a checkpoint and hand the lease back.</returns>
    [Alias("Renew")]
    Task<LeaseStanding> RenewAsync(long leaseEpoch);

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
/// <param name="Slots">Every slot of the node with what is free of it; null from versions that do not say, which means <paramref name="FreeSlots"/> whole ones.</param>
/// <param name="Assigned">What the scheduler chose of them; set on its call to the trial only.</param>
/// <param name="Silo">Address of the silo the agent lives in, so that its leases end with it; null for an agent outside the cluster.</param>
[GenerateSerializer, Immutable, Alias("vincxr.LeaseRequest")]
public sealed record LeaseRequest(
    [property: Id(0)] string Node,
    [property: Id(1)] string Incarnation,
    [property: Id(2)] string[]? Held = null,
    [property: Id(3)] int FreeSlots = 1,
    [property: Id(4)] SlotOffer[]? Slots = null,
    [property: Id(5)] SlotShare[]? Assigned = null,
    [property: Id(6)] string? Silo = null);

/// <summary>One device of a node, as its agent describes it.</summary>
/// <param name="Index">0-based; the GPU's index on a CUDA node.</param>
/// <param name="Name">For example <c>NVIDIA H100</c> or <c>cpu</c>.</param>
/// <param name="MemoryMb">Memory a trial may use there, MiB; null when unknown, which no requirement excludes.</param>
/// <param name="Free">Share that is free, 0 to 1.</param>
[GenerateSerializer, Immutable, Alias("vincxr.SlotOffer")]
public sealed record SlotOffer([property: Id(0)] int Index, [property: Id(1)] string Name, [property: Id(2)] int? MemoryMb, [property: Id(3)] double Free = 1);

/// <summary>
/// Part of one device given to a trial. A trial of a fraction has one; a gang of N whole slots, for data-parallel training to come, has N of one node.
/// </summary>
/// <param name="Share">In (0, 1].</param>
[GenerateSerializer, Immutable, Alias("vincxr.SlotShare")]
public sealed record SlotShare([property: Id(0)] int Index, [property: Id(1)] double Share);

/// <param name="Yield">Write a checkpoint, hand the lease back.</param>
/// <param name="Reason">Why, for the trial's log; null when going on.</param>
[GenerateSerializer, Immutable, Alias("vincxr.LeaseStanding")]
public sealed record LeaseStanding([property: Id(0)] bool Yield, [property: Id(1)] string? Reason = null);

/// <param name="Ttl">Time after the last renewal at which the lease is lost.</param>
/// <param name="ResumeBlob">Checkpoint to go on from, or null.</param>
/// <param name="BatchHalvings">Halvings of the batch after out-of-memory attempts; accumulation doubles as often.</param>
/// <param name="Slots">The devices it was given; null means one whole slot of the agent's choice.</param>
/// <param name="LrFactor">Factor on the learning rate, below 1 after a loss that was not finite.</param>
[GenerateSerializer, Immutable, Alias("vincxr.TrialLease")]
public sealed record TrialLease(
    [property: Id(0)] TrialPlan Plan,
    [property: Id(1)] long LeaseEpoch,
    [property: Id(2)] TimeSpan Ttl,
    [property: Id(3)] string? ResumeBlob,
    [property: Id(4)] int ResumeEpoch,
    [property: Id(5)] int BatchHalvings,
    [property: Id(6)] SlotShare[]? Slots = null,
    [property: Id(7)] double LrFactor = 1);

[GenerateSerializer, Immutable, Alias("vincxr.AttemptStarted")]
public sealed record AttemptStarted(
    [property: Id(0)] int StartEpoch, [property: Id(1)] long Parameters, [property: Id(2)] string Device, [property: Id(3)] string CodeVersion);

/// <param name="Ordinal">1, 2, 3, ... within one lease epoch.</param>
[GenerateSerializer, Immutable, Alias("vincxr.MetricReport")]
public sealed record MetricReport(
    [property: Id(0)] long Ordinal, [property: Id(1)] int Epoch, [property: Id(2)] long Step, [property: Id(3)] Dictionary<string, double> Values);

/// <param name="Epoch">Epochs contained in the checkpoint.</param>
[GenerateSerializer, Immutable, Alias("vincxr.CheckpointReport")]
public sealed record CheckpointReport([property: Id(0)] string Blob, [property: Id(1)] int Epoch, [property: Id(2)] bool IsBest);

/// <param name="Map40">Computed by the agent from the stored predictions, all classes.</param>
/// <param name="ActivationMapsBlob">Activation maps of the held-out images; null from trainers that make none, and from versions that do not say.</param>
[GenerateSerializer, Immutable, Alias("vincxr.CompletionReport")]
public sealed record CompletionReport(
    [property: Id(0)] int Epoch,
    [property: Id(1)] string PredictionsBlob,
    [property: Id(2)] string WeightsBlob,
    [property: Id(3)] double Map40,
    [property: Id(4)] double Map40Findings,
    [property: Id(5)] string? ActivationMapsBlob = null);

[GenerateSerializer, Alias("vincxr.FailureKind")]
public enum FailureKind
{
    /// <summary>Code, data or an unexplained exit; uses the error budget.</summary>
    Error,

    /// <summary>Out of memory: tried again with half the batch until the batch is 1.</summary>
    OutOfMemory,

    /// <summary>The loss is not finite: once rolled back to the last good checkpoint with a lower learning rate, then failed.</summary>
    Diverged,

    /// <summary>The node is at fault (full disk, a log line that a policy names): tried again elsewhere, without using the error budget.</summary>
    Node,

    /// <summary>A log policy says that trying again is no use: failed at once.</summary>
    Fatal,

    /// <summary>The checkpoint resumed from cannot be used: tried again from an older one or from the start, without using the error budget.</summary>
    Checkpoint,
}

/// <param name="ExcludeNode">The trial must not go to this node again.</param>
/// <param name="Checkpoint">Blob of the checkpoint that cannot be used, for <see cref="FailureKind.Checkpoint"/>.</param>
[GenerateSerializer, Immutable, Alias("vincxr.AttemptFailure")]
public sealed record AttemptFailure(
    [property: Id(0)] FailureKind Kind, [property: Id(1)] string Message, [property: Id(2)] bool ExcludeNode = false, [property: Id(3)] string? Checkpoint = null);
