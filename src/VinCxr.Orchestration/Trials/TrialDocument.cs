using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Trials;

/// <summary>Durable state of a trial. Changed only through <see cref="TrialTransitions"/>.</summary>
public sealed record TrialDocument
{
    public TrialPlan? Plan { get; init; }

    public TrialState State { get; init; }

    /// <summary>Leases given so far; the newest one's epoch.</summary>
    public long LeaseEpoch { get; init; }

    /// <summary>State changes so far.</summary>
    public long Revision { get; init; }

    public string? Node { get; init; }

    public string? Incarnation { get; init; }

    /// <summary>Address of the holder's silo; null for a holder outside the cluster.</summary>
    public string? Silo { get; init; }

    /// <summary>Devices given to the holder; null means one whole slot.</summary>
    public IReadOnlyList<SlotShare>? Slots { get; init; }

    public DateTimeOffset? LeasedAt { get; init; }

    /// <summary>Why the holder was asked to hand the lease back, or null.</summary>
    public string? YieldReason { get; init; }

    /// <summary>Earliest start of the next attempt, or null for any time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Slot time of all leases that ended, weighted by share.</summary>
    public double SlotSeconds { get; init; }

    /// <summary>Epochs completed, as of the newest durable event.</summary>
    public int Epoch { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Oldest first; the last one is resumed from.</summary>
    public IReadOnlyList<CheckpointReport> Checkpoints { get; init; } = [];

    public string? WeightsBlob { get; init; }

    public string? PredictionsBlob { get; init; }

    /// <summary>Activation maps of the held-out images; null when the trainer made none, and in older documents.</summary>
    public string? ActivationMapsBlob { get; init; }

    public double? Map40 { get; init; }

    public double? Map40Findings { get; init; }

    public int ErrorsUsed { get; init; }

    /// <summary>Errors since the newest checkpoint.</summary>
    public int ErrorsInRow { get; init; }

    public int PreemptionsUsed { get; init; }

    public int BatchHalvings { get; init; }

    /// <summary>Times that training went back to the last good checkpoint because the loss was not finite.</summary>
    public int Rollbacks { get; init; }

    public double LrFactor { get; init; } = 1;

    public IReadOnlyList<string> ExcludedNodes { get; init; } = [];

    /// <summary>What the metrics say once the trial has ended, so that nobody reads them for it again; null before, and in older documents.</summary>
    public MetricDigest? Metrics { get; init; }

    public string? CodeVersion { get; init; }

    public string? Reason { get; init; }

    public bool IsLeased => State is TrialState.Leased or TrialState.Running;

    public bool IsEnded => State.IsEnded();
}

/// <param name="LastSequence">Of the newest point.</param>
/// <param name="Curve">Interim scores by epoch, ascending.</param>
public sealed record MetricDigest(long LastSequence, int LastEpoch, IReadOnlyList<CurvePoint> Curve, double? PeakMemoryMb);

public static class TrialStates
{
    public static bool IsEnded(this TrialState state) =>
        state is TrialState.Succeeded or TrialState.Pruned or TrialState.Failed or TrialState.Cancelled;
}
