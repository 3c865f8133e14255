using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Sweeps;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>Durable state of a sweep. What its trials did is recorded by the trials.</summary>
public sealed record SweepDocument
{
    public CreateSweep? Request { get; init; }

    public SweepState State { get; init; }

    /// <summary>Set before the trials are cancelled, so that a crash in between does not leave some running.</summary>
    public bool CancelRequested { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset SubmittedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Proposed so far, in order.</summary>
    public IReadOnlyList<Variant> Variants { get; init; } = [];

    /// <summary>The search method has nothing more to propose.</summary>
    public bool SearchExhausted { get; init; }

    public double? BestMap40 { get; init; }

    public bool IsEnded => State is SweepState.Succeeded or SweepState.Failed or SweepState.Cancelled;
}
