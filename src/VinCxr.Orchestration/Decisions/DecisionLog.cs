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
    private readonly string _name = $"sweep-decisions-{sweepId}";

    public Task AppendAsync(params IReadOnlyList<Decision> decisions) => decisions.Count == 0
        ? Task.CompletedTask
        : logs.AppendAsync(_name, [.. decisions.Select(d => StateJson.Write(new Entry(time.GetUtcNow(), d.Kind, d.TrialId, d.Text, d.InputsJson)))]);

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
        await foreach (var entry in logs.ReadAsync(_name, afterSequence))
        {
            var (at, kind, trial, text, inputs) = StateJson.Read<Entry>(entry.Text);
            yield return new DecisionLine(entry.Sequence, at, kind ?? DecisionKinds.Note, trial, text, inputs);
        }
    }

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
    public const string Preempted = "preempted";

    /// <summary>A trial passed a rung of successive halving.</summary>
    public const string Promoted = "promoted";
    public const string Pruned = "pruned";
    public const string Ended = "ended";
    public const string Steered = "steered";
    public const string Budget = "budget";
    public const string Note = "note";
}
