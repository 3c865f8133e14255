using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary>A sweep for logs and pipes: a line when a trial changes its state, and epochs at most every few seconds.</summary>
internal sealed class SweepChanges(TextWriter text, TimeProvider clock)
{
    private static readonly TimeSpan EpochInterval = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, TrialSummary> _seen = [];
    private readonly Dictionary<string, long> _written = [];
    private (int Prepared, int Total) _shards;
    private SweepState? _state;

    public void Write(SweepDetails sweep)
    {
        if (sweep.TotalShards > 0 && (sweep.PreparedShards, sweep.TotalShards) != _shards)
        {
            _shards = (sweep.PreparedShards, sweep.TotalShards);
            text.WriteLine($"prepared images: {_shards.Prepared} of {_shards.Total} shards");
        }

        foreach (TrialSummary trial in sweep.Trials)
        {
            if (IsNews(trial))
            {
                _seen[trial.Id] = trial;
                _written[trial.Id] = clock.GetTimestamp();
                text.WriteLine(Line(trial));
            }
        }

        if (sweep.Summary.State != _state)
        {
            _state = sweep.Summary.State;
            text.WriteLine($"sweep {sweep.Summary.Name}: {_state}, {sweep.Summary.Finished} of {sweep.Summary.Total} trials finished");
        }
    }

    private bool IsNews(TrialSummary trial)
    {
        if (!_seen.TryGetValue(trial.Id, out TrialSummary? before))
        {
            return trial.State != TrialState.Pending;
        }

        return before.State != trial.State
            || before.Attempt != trial.Attempt
            || (before.Epoch != trial.Epoch && clock.GetElapsedTime(_written[trial.Id]) >= EpochInterval);
    }

    private static string Line(TrialSummary trial)
    {
        string epoch = trial.Epoch > 0 ? $", epoch {trial.Epoch}/{trial.Epochs}" : "";
        string score = trial.Map40 is null ? "" : $", mAP@0.4 {Text.Score(trial.Map40)}";
        string attempt = trial.Attempt > 1 ? $", attempt {trial.Attempt}" : "";
        string reason = trial.Reason is null ? "" : $": {trial.Reason}";
        return $"trial {trial.Id} ({trial.Variant} fold {trial.Fold}) {trial.State}{epoch}{score}{attempt}{reason}";
    }
}
