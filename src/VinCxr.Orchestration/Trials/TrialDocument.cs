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

    /// <summary>Epochs completed, as of the newest durable event.</summary>
    public int Epoch { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Oldest first; the last one is resumed from.</summary>
    public IReadOnlyList<CheckpointReport> Checkpoints { get; init; } = [];

    public string? WeightsBlob { get; init; }

    public string? PredictionsBlob { get; init; }

    public double? Map40 { get; init; }

    public double? Map40Findings { get; init; }

    public int ErrorsUsed { get; init; }

    public int PreemptionsUsed { get; init; }

    public int BatchHalvings { get; init; }

    public string? CodeVersion { get; init; }

    public string? Reason { get; init; }

    public bool IsLeased => State is TrialState.Leased or TrialState.Running;

    public bool IsEnded => State.IsEnded();
}

public static class TrialStates
{
    public static bool IsEnded(this TrialState state) =>
        state is TrialState.Succeeded or TrialState.Pruned or TrialState.Failed or TrialState.Cancelled;
}
