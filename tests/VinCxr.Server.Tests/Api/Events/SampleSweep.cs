using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Server.Tests.Api.Events;

/// <summary>A sweep as a test moves it on, in place of its grain.</summary>
internal sealed class SampleSweep
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private SweepDetails _now;

    public SampleSweep(int trials)
    {
        TrialSummary[] all = [.. Enumerable.Range(0, trials).Select(i => new TrialSummary($"lr-1a2b-v{i}-f0", "lr-1a2b", $"v{i}", 0, TrialState.Pending, 0, 0, 10, null, null, null))];
        var summary = new SweepSummary("lr-1a2b", "lr", SweepState.Running, "lungs", trials, 0, 0, null, Start, null);
        _now = new SweepDetails(summary, "name: lr", "hash", "version", null, 0, 0, [], all);
    }

    /// <summary>Raised by the next looks, or null.</summary>
    public Exception? Error { get; set; }

    public int Looks { get; private set; }

    public SweepDetails Now => _now;

    public Task<SweepDetails> ReadAsync(CancellationToken cancellationToken)
    {
        Looks++;
        return Error is null ? Task.FromResult(_now) : Task.FromException<SweepDetails>(Error);
    }

    /// <summary>A trial has finished one more epoch.</summary>
    public void Step(int trial) => _now = _now with { Trials = [.. _now.Trials.Select((t, i) => i == trial ? t with { Epoch = t.Epoch + 1 } : t)] };

    public void End() => _now = _now with { Summary = _now.Summary with { State = SweepState.Succeeded, EndedAt = Start.AddHours(1) } };
}
