using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Orchestration.Scheduling;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>Why a trial stands where it stands.</summary>
internal sealed partial class SweepGrain
{
    public async Task<TrialExplanation> ExplainAsync(string trialId)
    {
        _ = Blueprint;
        var row = Trials.Find(trialId)
            ?? throw new NotFoundException($"sweep '{Id}' has no trial '{trialId}'; 'vincxr sweep show {Id}' lists those it has");
        List<DecisionLine> decisions = [];
        await foreach (var line in _decisions.ReadAllAsync())
        {
            bool proposesIt = line.Kind == Decisions.DecisionKinds.Proposed && line.Text.StartsWith($"proposed {row.Report.Summary.Variant}:", StringComparison.Ordinal);
            if (line.TrialId == trialId || proposesIt)
            {
                decisions.Add(line);
            }
        }

        return new TrialExplanation(row.Report.Summary, await StandingAsync(row), [.. decisions]);
    }

    private async Task<string> StandingAsync(TrialRow row)
    {
        var trial = row.Report.Summary;
        if (trial.State == TrialState.Pending)
        {
            return $"waits: {await WaitingReasonAsync(row)}";
        }

        string reason = trial.Reason is null ? "" : $": {trial.Reason}";
        return trial.State.IsEnded()
            ? $"{trial.State.ToString().ToLowerInvariant()} at epoch {trial.Epoch} of {trial.Epochs}{reason}"
            : $"{(trial.State == TrialState.Leased ? "starts" : "runs")} on node '{trial.Node}', epoch {trial.Epoch} of {trial.Epochs}, attempt {trial.Attempt}";
    }

    private async Task<string> WaitingReasonAsync(TrialRow row)
    {
        string last = row.Report.Summary.Reason is { } reason ? $" (last attempt: {reason})" : "";
        if (State.State is SweepState.Paused or SweepState.Stopping)
        {
            return $"the sweep is {State.State.ToString().ToLowerInvariant()}{last}";
        }

        if (row.Hearing != Hearing.Heard)
        {
            return "it could not be asked how it is since its sweep began anew; it is asked again every few seconds";
        }

        if (row.Report.NotBefore is { } until && until > _time.GetUtcNow())
        {
            return WaitingReasons.OfRest(until) + last;
        }

        var queue = await GrainFactory.GetGrain<ISchedulerGrain>(Spec.Resources.Queue).GetAsync();
        if (queue.Waiting.FirstOrDefault(w => w.TrialId == row.Id) is { } waiting)
        {
            return waiting.Reason + last;
        }

        int before = Trials.Waiting.Concat(Trials.Unplanned).Count(r => r.Ordinal < row.Ordinal);
        return $"{before} trials of this sweep are before it in queue '{Spec.Resources.Queue}'{last}";
    }
}
