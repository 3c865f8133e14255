using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Sweeps;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>
/// Durable state of a sweep, changed only through <see cref="SweepTransitions"/>. Small however many trials there are: which variants were proposed and
/// how trials ended stands in the decision log, in the order in which the sweep learned it.
/// </summary>
public sealed record SweepDocument
{
    public CreateSweep? Request { get; init; }

    public SweepState State { get; init; }

    /// <summary>Set before the trials are cancelled, so that a crash in between does not leave some running.</summary>
    public bool CancelRequested { get; init; }

    public string? Reason { get; init; }

    /// <summary>It stops, or has stopped, because its budget was used up.</summary>
    public bool IsSpent { get; init; }

    public DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Variants of versions that kept them here; moved to the decision log when such a sweep is next activated.</summary>
    public IReadOnlyList<Variant> Variants { get; init; } = [];

    /// <summary>How many variants were proposed. Saved first: a proposal of an activation that was replaced meanwhile never reaches the log.</summary>
    public int Proposed { get; init; }

    /// <summary>The search method had nothing more to propose than <see cref="Proposed"/>.</summary>
    public bool SearchExhausted { get; init; }

    /// <summary>Trials, counted in order, that may have been told their plan.</summary>
    public int Planned { get; init; }

    /// <summary>Ended trials that are to go on, or null; kept until each of them was told.</summary>
    public ReopenWish? Reopening { get; init; }

    /// <summary>Checkpoints to start from, copied from other trials; null while they are not.</summary>
    public IReadOnlyList<StartPoint>? Starts { get; init; }

    public double? BestMap40 { get; init; }

    public bool IsEnded => State is SweepState.Succeeded or SweepState.Failed or SweepState.Cancelled;
}

/// <param name="Retry">Places of trials, in order, to be put back in line.</param>
/// <param name="Extend">True when trials are to be told a larger number of epochs.</param>
public sealed record ReopenWish(IReadOnlyList<int> Retry, bool Extend)
{
    public ReopenWish And(ReopenWish? other) => other is null ? this : new ReopenWish([.. Retry.Union(other.Retry).Order()], Extend || other.Extend);
}

/// <summary>A copy, owned by the sweep, of another trial's checkpoint.</summary>
/// <param name="Source">Trial that <c>model.weights</c> names, or null for the fork's source.</param>
/// <param name="Trial">Trial that wrote it.</param>
/// <param name="Epoch">Epochs in it.</param>
public sealed record StartPoint(string? Source, int Fold, string Trial, string Blob, int Epoch);
