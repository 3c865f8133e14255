using Orleans.Storage;
using VinCxr.Contracts.Sweeps;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Decisions;

/// <summary>
/// A sweep's append-only decision log. The sweep and the scheduler both write it; every entry says what was decided, why, and from which inputs, so
/// that the decision can be derived again.
/// </summary>
internal sealed class DecisionLog(ILogStore logs, string sweepId, TimeProvider time)
{
    private readonly FencedLog _log = new(logs, $"sweep-decisions-{sweepId}");

    /// <summary>What the scheduler decides.</summary>
    public Task AppendAsync(Decision decision) => logs.AppendAsync(_log.Name, [Write(decision)]);

    /// <summary>
    /// What the sweep decides, after all that it <see cref="Saw"/>: the scheduler may have written since, another activation of the sweep may not.
    /// </summary>
    /// <param name="decisions">At least one.</param>
    /// <exception cref="InconsistentStateException">Another activation of the sweep has written.</exception>
    public Task AppendOwnAsync(IReadOnlyList<Decision> decisions) => _log.AppendAsync(
        [.. decisions.Select(Write)], text => DecisionKinds.IsOfScheduler(StateJson.Read<Entry>(text).Kind));

    /// <summary>The sweep knows the log up to this line.</summary>
    public void Saw(DecisionLine line) => _log.Saw(line.Sequence);

    public async Task<DecisionLine[]> ReadAsync(long afterSequence, int limit)
    {
        List<DecisionLine> lines = [];
        await foreach (var line in ReadAllAsync(afterSequence))
        {
            lines.Add(line);
            if (lines.Count == limit)
            {
                break;
            }
        }

        return [.. lines];
    }

    public async IAsyncEnumerable<DecisionLine> ReadAllAsync(long afterSequence = 0)
    {
        await foreach (var entry in logs.ReadAsync(_log.Name, afterSequence))
        {
            var (at, kind, trial, text, inputs) = StateJson.Read<Entry>(entry.Text);
            yield return new DecisionLine(entry.Sequence, at, kind ?? DecisionKinds.Note, trial, text, inputs);
        }
    }

    private string Write(Decision decision) =>
        StateJson.Write(new Entry(time.GetUtcNow(), decision.Kind, decision.TrialId, decision.Text, decision.InputsJson));

    /// <param name="Kind">Null in entries of versions that had none.</param>
    private sealed record Entry(DateTimeOffset At, string? Kind, string? Trial, string Text, string? Inputs);
}

/// <param name="Kind">One of <see cref="DecisionKinds"/>.</param>
/// <param name="InputsJson">JSON of what was weighed; null where nothing was.</param>
internal sealed record Decision(string Kind, string? TrialId, string Text, string? InputsJson = null);

internal static class DecisionKinds
{
    public const string Submitted = "submitted";
    public const string Proposed = "proposed";
    public const string Started = "started";

    /// <summary>A trial that was to be started did not wait any more.</summary>
    public const string NotStarted = "not-started";
    public const string Preempted = "preempted";

    /// <summary>A trial passed a rung of successive halving.</summary>
    public const string Promoted = "promoted";
    public const string Pruned = "pruned";
    public const string Ended = "ended";
    public const string Steered = "steered";
    public const string Budget = "budget";
    public const string Note = "note";

    /// <summary>Whether a scheduler writes it, and never a sweep.</summary>
    public static bool IsOfScheduler(string? kind) => kind is Started or NotStarted or Preempted;
}
