using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Persistence;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>What people change of a sweep while it runs or after it ended.</summary>
internal sealed partial class SweepGrain
{
    public Task PauseAsync() => SteerAsync(SweepTransitions.Pause, "paused: no further trials start");

    public Task ResumeAsync() => SteerAsync(s => SweepTransitions.Resume(s, Trials.LeasedCount > 0), "resumed");

    public Task StopAsync() => SteerAsync(
        s => s.State == SweepState.Succeeded ? s : SweepTransitions.Stop(s, StoppedByRequest), "stopping: running trials finish, waiting ones are cancelled");

    public async Task CancelAsync()
    {
        _ = Blueprint;
        await _gate.WaitAsync();
        try
        {
            if (State.State == SweepState.Cancelled)
            {
                return;
            }

            if (!State.CancelRequested)
            {
                await _state.SaveAsync(SweepTransitions.Cancel(State));
                _journal.Add(new Decision(DecisionKinds.Steered, null, "cancelled: every trial ends now"));
            }

            await EndEarlyAsync(SweepState.Cancelled, CancelledByRequest);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<int> RetryAsync(bool cancelled)
    {
        _ = Blueprint;
        await _gate.WaitAsync();
        try
        {
            int[] trials = [.. Trials.Rows.Where(r => r.State == TrialState.Failed || (cancelled && r.State == TrialState.Cancelled)).Select(r => r.Ordinal)];
            if (trials.Length == 0)
            {
                return 0;
            }

            RefuseSpent("retry");
            string text = $"retrying {trials.Length} {(cancelled ? "failed and cancelled" : "failed")} trials";
            await ReopenAsync(SweepTransitions.Reopen(State, "retry", new ReopenWish(trials, false)), text, new ReopenedInputs("retry", null, trials));
            return trials.Length;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<SweepSummary> ExtendAsync(string yaml)
    {
        var extended = SweepFile.ParseOrThrow(yaml);
        _ = Blueprint;
        await _gate.WaitAsync();
        try
        {
            var changes = SweepExtension.Check(Spec, extended);
            await RequireQueueAsync(GrainFactory, extended);
            if (extended.Budget.GpuHours is { } limit && Trials.SlotSeconds >= limit * SecondsPerHour)
            {
                throw new ConflictException(
                    $"the sweep has used {Trials.SlotSeconds / SecondsPerHour:0.##} GPU hours already; budget.gpu_hours '{limit}' leaves nothing to go on with");
            }

            bool longer = extended.Settings.Train.Epochs > Spec.Settings.Train.Epochs;
            int[] shorter = longer ? [.. Trials.Rows.Where(r => r.State == TrialState.Succeeded).Select(r => r.Ordinal)] : [];
            int[] unpaid = State.IsSpent ? [.. Trials.Rows.Where(r => r.State == TrialState.Cancelled).Select(r => r.Ordinal)] : [];
            var next = SweepTransitions.Reopen(State, "extend", new ReopenWish(unpaid, longer));
            if (extended.Resources.Queue != Spec.Resources.Queue)
            {
                await Queue.SetDemandAsync(Demand() with { Waiting = [], WaitingTotal = 0, Hold = "the sweep moves to another queue" });
            }

            next = next with { Request = next.Request! with { Yaml = yaml }, SearchExhausted = false };
            await ReopenAsync(next, $"extended: {string.Join("; ", changes)}", new ReopenedInputs("extend", yaml, [.. shorter, .. unpaid]));
            return Summary();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <exception cref="InvalidInputException">No such queue.</exception>
    internal static async Task RequireQueueAsync(IGrainFactory grains, SweepSpec spec)
    {
        var queues = grains.GetGrain<Contracts.Scheduling.IQueueRegistryGrain>(Contracts.Scheduling.IQueueRegistryGrain.Key);
        if (await queues.FindAsync(spec.Resources.Queue) is null)
        {
            string known = string.Join(", ", (await queues.ListAsync()).Select(q => q.Name));
            throw new InvalidInputException($"sweep '{spec.Name}'", [$"resources.queue: there is no queue '{spec.Resources.Queue}'; known are {known}"]);
        }
    }

    private async Task SteerAsync(Func<SweepDocument, SweepDocument> change, string decision)
    {
        _ = Blueprint;
        await _gate.WaitAsync();
        try
        {
            var next = change(State);
            if (ReferenceEquals(next, State))
            {
                return;
            }

            await _state.SaveAsync(next);
            _journal.Add(new Decision(DecisionKinds.Steered, null, decision));
            await _journal.FlushAsync();
        }
        finally
        {
            _gate.Release();
        }

        Advance();
    }

    private void RefuseSpent(string verb)
    {
        if (IsSpent)
        {
            throw new ConflictException(
                $"the sweep cannot {verb}: its budget.gpu_hours of {Spec.Budget.GpuHours} are used up; raise them with 'vincxr sweep extend {Id} FILE'");
        }
    }

    /// <summary>Durably takes the sweep up again; its trials are told in the background. The gate is held.</summary>
    private async Task ReopenAsync(SweepDocument next, string text, ReopenedInputs inputs)
    {
        // The registry first: a sweep that it takes for unfinished is only asked needlessly, one that it takes for ended would never be woken.
        string queue = SweepFile.ParseOrThrow(next.Request!.Yaml).Resources.Queue;
        await Registry.SweepReopenedAsync(Id, queue);
        await _state.SaveAsync(next);
        _blueprint = null;
        _search = null;
        RestateVariants();
        ApplyReopening(inputs.Trials);
        _journal.Add(new Decision(DecisionKinds.Steered, null, text, StateJson.Write(inputs)));
        await _journal.FlushAsync();
        Leaderboard.RefreshAsync().Forget(_logger, "reopening the leaderboard");
        Start();
    }

    /// <summary>Variants as the spec now gives them: an extended one gives more epochs.</summary>
    private void RestateVariants()
    {
        for (int i = 0; i < _variants.Count; i++)
        {
            _variants[i] = Variant.Restore(Spec, i, _variants[i].Parameters);
            foreach (var row in RowsOf(i).Where(r => !r.State.IsEnded() && !r.IsPlanned))
            {
                Trials.Replace(row, row.Report with { Summary = row.Report.Summary with { Epochs = _variants[i].Settings.Train.Epochs } });
            }
        }

        RestateStopping();
    }

    /// <summary>Puts rows back in line. What their trials know is newer than that and replaces it.</summary>
    private void ApplyReopening(IReadOnlyList<int> trials)
    {
        foreach (var row in trials.Where(o => o < Trials.Count).Select(o => Trials.Rows[o]).Where(r => r.State.IsEnded()))
        {
            Trials.Replace(row, row.Report with { Summary = row.Report.Summary with { State = TrialState.Pending, Node = null, Reason = null } });
        }
    }

    /// <summary>Tells trials that they go on. Each call may be repeated, so the wish is dropped only when all were told. The gate is held.</summary>
    private async Task FulfilReopeningAsync()
    {
        if (State.Reopening is not { } wish)
        {
            return;
        }

        await ForEachAsync(wish.Retry.Where(o => o < Trials.Count).Select(o => Trials.Rows[o]).Where(r => r.IsPlanned), async row =>
        {
            await Control(row.Id).RetryAsync("retried by request");
            Take(await Control(row.Id).GetReportAsync());
        });
        if (wish.Extend)
        {
            await ForEachAsync(Trials.Rows.Where(r => r.IsPlanned && (!r.State.IsEnded() || r.State == TrialState.Succeeded)), async row =>
            {
                var variant = VariantOf(row);
                Take(await Control(row.Id).ExtendAsync(variant.Settings.Train.Epochs, SweepBlueprint.SettingsJsonOf(variant)));
            });
        }

        await _state.SaveAsync(State with { Reopening = null });
    }

    private Variant VariantOf(TrialRow row) => _variants[row.Ordinal / Spec.Folds.Count];

    private IEnumerable<TrialRow> RowsOf(int variant) => Enumerable.Range(variant * Spec.Folds.Count, Spec.Folds.Count).Select(o => Trials.Rows[o]);
}
