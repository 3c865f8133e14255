using VinCxr.Contracts.Trials;

namespace VinCxr.Contracts.Sweeps;

/// <summary>One sweep: variants x folds, search, stopping rules and its decision log. Key: sweep id.</summary>
[Alias("vincxr.ISweepGrain")]
public interface ISweepGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<SweepDetails> GetAsync();

    /// <summary>Starts no further trials until <see cref="ResumeAsync"/>.</summary>
    [Alias("Pause")]
    Task PauseAsync();

    [Alias("Resume")]
    Task ResumeAsync();

    /// <summary>Lets running trials finish and cancels the others.</summary>
    [Alias("Stop")]
    Task StopAsync();

    /// <summary>Cancels every trial that is not finished, running ones included.</summary>
    [Alias("Cancel")]
    Task CancelAsync();

    /// <summary>Decision log after a sequence number, oldest first, at most 1000 entries.</summary>
    [Alias("GetDecisions")]
    Task<DecisionLine[]> GetDecisionsAsync(long afterSequence);

    /// <summary>Puts every failed trial (with <paramref name="cancelled"/> also the cancelled ones) back in line; an ended sweep goes on.</summary>
    /// <returns>How many wait again.</returns>
    [Alias("Retry")]
    Task<int> RetryAsync(bool cancelled);

    /// <summary>
    /// Goes on with a file that differs from the sweep's in more epochs, more variants, another budget, priority, queue or max_concurrent; an ended
    /// sweep goes on. Anything else that differs is refused, for its scores would not compare.
    /// </summary>
    [Alias("Extend")]
    Task<SweepSummary> ExtendAsync(string yaml);

    /// <summary>Where a trial of this sweep stands and why: the scheduler's reason while it waits, and what was decided about it.</summary>
    /// <remarks>Refused with a <c>NotFoundException</c>: the sweep has no such trial.</remarks>
    [Alias("Explain")]
    Task<TrialExplanation> ExplainAsync(string trialId);
}

[GenerateSerializer, Alias("vincxr.SweepState")]
public enum SweepState
{
    /// <summary>Recorded; shards are being prepared or trials wait for slots.</summary>
    Pending,
    Running,
    Paused,

    /// <summary>Running trials finish, no others start.</summary>
    Stopping,
    Succeeded,

    /// <summary>Every trial ended and at least one failed.</summary>
    Failed,
    Cancelled,
}

/// <param name="Total">Trials planned so far.</param>
/// <param name="BestMap40">Best variant mean so far.</param>
/// <param name="Reason">Why it ended or stops, or null.</param>
[GenerateSerializer, Immutable, Alias("vincxr.SweepSummary")]
public sealed record SweepSummary(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] SweepState State,
    [property: Id(3)] string Dataset,
    [property: Id(4)] int Total,
    [property: Id(5)] int Finished,
    [property: Id(6)] int Failed,
    [property: Id(7)] double? BestMap40,
    [property: Id(8)] DateTimeOffset SubmittedAt,
    [property: Id(9)] DateTimeOffset? EndedAt,
    [property: Id(10)] string? Queue = null,
    [property: Id(11)] string? User = null,
    [property: Id(12)] int Running = 0,
    [property: Id(13)] string? Reason = null);

/// <param name="SpecHash">sha256 of the canonical spec.</param>
/// <param name="DatasetVersion">Version hash that the sweep is pinned to.</param>
/// <param name="PreparedShards">Shards made of <paramref name="TotalShards"/>.</param>
/// <param name="Trials">All of them, in the order in which they are started; those far from their turn too.</param>
/// <param name="GpuHours">Slot hours used so far by all attempts.</param>
/// <param name="GpuHoursLimit">The budget, or null.</param>
/// <param name="ForkOf">A trial of the variant whose checkpoints it started from, or null.</param>
[GenerateSerializer, Immutable, Alias("vincxr.SweepDetails")]
public sealed record SweepDetails(
    [property: Id(0)] SweepSummary Summary,
    [property: Id(1)] string Yaml,
    [property: Id(2)] string SpecHash,
    [property: Id(3)] string DatasetVersion,
    [property: Id(4)] string? Reason,
    [property: Id(5)] int PreparedShards,
    [property: Id(6)] int TotalShards,
    [property: Id(7)] VariantSummary[] Variants,
    [property: Id(8)] TrialSummary[] Trials,
    [property: Id(9)] int Priority = 0,
    [property: Id(10)] double GpuHours = 0,
    [property: Id(11)] double? GpuHoursLimit = null,
    [property: Id(12)] string? ForkOf = null);

/// <param name="Standing">One sentence: what it does now, or how and why it ended.</param>
/// <param name="Decisions">What was decided about it, oldest first.</param>
[GenerateSerializer, Immutable, Alias("vincxr.TrialExplanation")]
public sealed record TrialExplanation([property: Id(0)] TrialSummary Trial, [property: Id(1)] string Standing, [property: Id(2)] DecisionLine[] Decisions);

/// <param name="Parameters">Dotted path to value as text.</param>
[GenerateSerializer, Immutable, Alias("vincxr.VariantSummary")]
public sealed record VariantSummary([property: Id(0)] string Id, [property: Id(1)] Dictionary<string, string> Parameters, [property: Id(2)] string Description);

/// <summary>One entry of a sweep's append-only decision log.</summary>
/// <param name="Kind">submitted, proposed, started, preempted, promoted, pruned, ended, steered, budget, note.</param>
/// <param name="TrialId">The trial it is about, or null.</param>
/// <param name="Text">The decision and its reason, for people.</param>
/// <param name="InputsJson">What it was decided from, enough to decide it again; null where nothing was weighed.</param>
[GenerateSerializer, Immutable, Alias("vincxr.DecisionLine")]
public sealed record DecisionLine(
    [property: Id(0)] long Sequence,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Kind,
    [property: Id(3)] string? TrialId,
    [property: Id(4)] string Text,
    [property: Id(5)] string? InputsJson = null);

/// <summary>One line of an append-only log.</summary>
[GenerateSerializer, Alias("vincxr.LogLine")]
public sealed record LogLine([property: Id(0)] long Sequence, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string Text);
