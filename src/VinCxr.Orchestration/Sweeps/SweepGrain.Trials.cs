using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Sweeps.Stopping;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Persistence;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>What a sweep learns from its trials and its leaderboard. Nothing here waits: conclusions are acted upon in the next round.</summary>
internal sealed partial class SweepGrain
{
    /// <summary>Trials that are to be stopped, with the reason, until they have ended; true once they were told.</summary>
    private readonly Dictionary<string, (string Reason, bool Told)> _verdicts = [];
    private readonly HashSet<(string Trial, int Rung)> _promoted = [];
    private StoppingBoard? _stopping;
    private bool _boardIsStale;

    private StoppingBoard Stopping => _stopping ??= new StoppingBoard(Spec);

    public Task TrialChangedAsync(TrialReport report)
    {
        if (State.Request is not null && !State.IsEnded)
        {
            Take(report);
        }

        return Task.CompletedTask;
    }

    public async Task LeaderboardChangedAsync(LeaderboardReport report)
    {
        await _gate.WaitAsync();
        try
        {
            if (State.IsEnded)
            {
                return;
            }

            if (report.IsComplete && NoneWillRun)
            {
                if (report.Note is not null)
                {
                    _journal.Add(new Decision(DecisionKinds.Note, null, report.Note));
                }

                int failed = Trials.CountOf(TrialState.Failed);
                string? reason = failed > 0 ? $"{failed} of {Trials.Count} trials failed" : State.Reason;
                await EndAsync(State with { BestMap40 = report.BestMap40 }, failed > 0 ? SweepState.Failed : SweepState.Succeeded, reason);
            }
            else if (report.BestMap40 != State.BestMap40)
            {
                await _state.SaveAsync(State with { BestMap40 = report.BestMap40 });
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private static TrialCurve CurveOf(TrialReport trial) => new(
        trial.Summary.Id, trial.Summary.Variant, trial.Summary.Fold, trial.Summary.State == TrialState.Succeeded,
        [.. trial.Curve.Select(p => (p.Epoch, p.Score))]);

    private static string Describe(TrialSummary trial)
    {
        string score = trial.Map40 is { } map ? FormattableString.Invariant($", mAP@0.4 {map:0.0000}") : "";
        return $"trial {trial.Id} {trial.State.ToString().ToLowerInvariant()} at epoch {trial.Epoch} of {trial.Epochs}{score}{(trial.Reason is null ? "" : $": {trial.Reason}")}";
    }

    /// <summary>Takes a report in: the table, the curves, what follows from them for the log. Repeats and reordering do no harm.</summary>
    private void Take(TrialReport report)
    {
        if (Trials.Update(report) is not { } before)
        {
            return;
        }

        var state = report.Summary.State;
        Judge(report);
        if (state.IsEnded() && !before.Summary.State.IsEnded())
        {
            _verdicts.Remove(report.Summary.Id);
            _journal.Add(Ended(report));
            _boardIsStale |= state == TrialState.Succeeded;
        }

        // Reports may skip a state: one that was leased and handed back at once waits as before, under a later lease, and the scheduler wants to know.
        if (state != before.Summary.State || report.LeaseEpoch != before.LeaseEpoch || !_journal.IsEmpty || IsSpent)
        {
            Advance();
        }
    }

    private static Decision Ended(TrialReport report) =>
        new(DecisionKinds.Ended, report.Summary.Id, Describe(report.Summary), StateJson.Write(EndedInputs.Of(report)));

    /// <summary>Lets the stopping rule look at a new piece of curve.</summary>
    private void Judge(TrialReport report)
    {
        if (!Stopping.Decides)
        {
            return;
        }

        var curve = CurveOf(report);
        var before = Stopping.Find(curve.TrialId);
        if (!Stopping.Report(curve))
        {
            return;
        }

        bool isRunning = report.Summary.State == TrialState.Running;
        _journal.Observe(CurveChange.Between(Trials.Find(curve.TrialId)!.Ordinal, before, curve, isRunning));
        if (!isRunning || _verdicts.ContainsKey(curve.TrialId))
        {
            return;
        }

        var decision = Stopping.Decide(curve.TrialId);
        if (decision.Stop)
        {
            _verdicts[curve.TrialId] = (decision.Reason, false);
            _journal.Add(Judged(DecisionKinds.Pruned, $"pruning {curve.TrialId} at epoch {curve.LastEpoch}: {decision.Reason}", report, decision));
        }
        else if (decision.Rung is { } rung && _promoted.Add((curve.TrialId, rung)))
        {
            _journal.Add(Judged(DecisionKinds.Promoted, $"{curve.TrialId} goes on after epoch {curve.LastEpoch}: {decision.Reason}", report, decision));
        }
    }

    private Decision Judged(string kind, string text, TrialReport report, StopDecision decision) => new(
        kind, report.Summary.Id, text,
        StateJson.Write(new JudgedInputs(Spec.Stop.Method, decision.Reason, report.Curve[^1].Epoch, report.Curve, decision.Rung, _journal.Observed)));

    /// <summary>After the spec changed: the same curves under the rule that it now gives.</summary>
    private void RestateStopping()
    {
        var curves = Stopping.Curves;
        _stopping = null;
        foreach (var curve in curves)
        {
            Stopping.Report(curve);
        }
    }
}
