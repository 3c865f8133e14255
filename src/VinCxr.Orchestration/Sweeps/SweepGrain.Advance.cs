using Orleans.Storage;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Data.Dicom;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>What a sweep does on its own. Every step can be repeated, so a crash anywhere is made up for by the next round.</summary>
internal sealed partial class SweepGrain
{
    private const string StoppedByRequest = "stopped by request";
    private const string CancelledByRequest = "cancelled by request";
    private const double SecondsPerHour = 3600;

    /// <summary>Shortest pause between rounds: what comes meanwhile, be it one report or a hundred, is acted upon together.</summary>
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(250);

    private IGrainTimer? _reconcileTimer;
    private int _imagesPerSet;
    private bool _advanceAgain;
    private bool _advancing;

    private bool NoneWillRun =>
        State.IsEnded || ((SearchExhausted || State.State == SweepState.Stopping) && State.Reopening is null && Trials.AllEnded);

    private bool IsSpent => Spec.Budget.GpuHours is { } hours && Trials.SlotSeconds >= hours * SecondsPerHour;

    private IWorkQueueGrain Queue => GrainFactory.GetGrain<IWorkQueueGrain>(Spec.Resources.Queue);

    private void Start()
    {
        if (!State.IsEnded)
        {
            _reconcileTimer ??= this.RegisterGrainTimer(
                ReconcileAsync, new GrainTimerCreationOptions(_options.ReconcileInterval, _options.ReconcileInterval) { KeepAlive = true });
            Advance();
        }
    }

    /// <summary>Runs rounds in the background until nothing has changed since the last began.</summary>
    private void Advance()
    {
        _advanceAgain = true;
        if (!_advancing)
        {
            _advancing = true;
            AdvanceLoopAsync().Forget(_logger, $"advancing sweep {Id}");
        }
    }

    private async Task AdvanceLoopAsync()
    {
        // Off the caller's turn: whoever called gets its answer first.
        await Task.Yield();
        try
        {
            while (_advanceAgain && !State.IsEnded)
            {
                _advanceAgain = false;
                long began = _time.GetTimestamp();
                await AdvanceOnceAsync();
                if (_advanceAgain)
                {
                    // As long again as the round took: a sweep that is hard to keep up with is looked at less often, not all the time.
                    var took = _time.GetElapsedTime(began);
                    await Task.Delay(took < MinPause ? MinPause : took > MaxPause ? MaxPause : took, _time);
                }
            }
        }
        catch (VinCxrException error) when (error is InvalidInputException or NotFoundException or DicomException)
        {
            await FailAsync(error.Message);
        }
        catch (InconsistentStateException)
        {
            // Another activation has written: the next call begins anew with what it wrote.
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            _advancing = false;
        }
    }

    private async Task AdvanceOnceAsync()
    {
        if (_imagesPerSet == 0)
        {
            // Minutes on a large data set, so outside the gate: the sweep can be cancelled meanwhile.
            await _labels.EnsureFoldsAsync(Blueprint.DatasetReference, Blueprint.ScoringLabels, Spec.Folds);
            _imagesPerSet = (await _labels.GetManifestAsync(Blueprint.DatasetReference)).Images.Count;
        }

        await _gate.WaitAsync();
        try
        {
            if (State.IsEnded)
            {
                return;
            }

            if (State.CancelRequested)
            {
                await EndEarlyAsync(SweepState.Cancelled, CancelledByRequest);
                return;
            }

            // A verdict that comes while the log is being written is carried out in the next round, when it stands there.
            var verdicts = _verdicts.Where(v => !v.Value.Told).ToArray();
            await _journal.FlushAsync();
            await PruneAsync(verdicts);
            await FulfilReopeningAsync();
            await EnforceBudgetAsync();
            await ProposeMoreAsync();
            await PlanAsync();
            await CancelWaitingAsync();
            if (Trials.LeasedCount > 0 && SweepTransitions.Begin(State) is var begun && begun != State)
            {
                await _state.SaveAsync(begun);
            }

            await Queue.SetDemandAsync(Demand());
        }
        finally
        {
            _gate.Release();
        }

        if (NoneWillRun)
        {
            Leaderboard.FinishAsync().Forget(_logger, "finishing the leaderboard");
        }
        else if (_boardIsStale)
        {
            _boardIsStale = false;
            Leaderboard.RefreshAsync().Forget(_logger, "refreshing the leaderboard");
        }
    }

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        if (State.IsEnded)
        {
            return;
        }

        await AskAsync(Trials.Leased.Concat(Trials.Waiting).Concat(Trials.Resting));
        foreach (string prepared in _plannedSets.ToArray())
        {
            if ((await GrainFactory.GetGrain<IShardGrain>(prepared).GetAsync()).Error is { } error)
            {
                await FailAsync(error);
                return;
            }
        }

        Advance();
    }

    /// <summary>Carries out verdicts of the stopping rule that are in the log.</summary>
    private async Task PruneAsync(IEnumerable<KeyValuePair<string, (string Reason, bool Told)>> verdicts)
    {
        foreach (var (trial, verdict) in verdicts)
        {
            await Control(trial).PruneAsync(verdict.Reason);
            if (_verdicts.ContainsKey(trial))
            {
                _verdicts[trial] = verdict with { Told = true };
            }
        }
    }

    private async Task EnforceBudgetAsync()
    {
        if (IsSpent && State.State != SweepState.Stopping)
        {
            double limit = Spec.Budget.GpuHours!.Value, used = Trials.SlotSeconds / SecondsPerHour;
            string reason = FormattableString.Invariant($"budget.gpu_hours of {limit:0.####} used up: {used:0.####} by all attempts");
            await _state.SaveAsync(SweepTransitions.Spend(State, reason));
            _journal.Add(new Decision(
                DecisionKinds.Budget, null, $"stopping: {reason}; running trials finish, waiting ones are cancelled", StateJson.Write(new BudgetInputs(used, limit))));
            await _journal.FlushAsync();
        }
    }

    /// <summary>A stopping sweep starts nothing: what waits is cancelled, and what was never planned ends without having been a trial.</summary>
    private async Task CancelWaitingAsync()
    {
        if (State.State == SweepState.Stopping)
        {
            string reason = $"the sweep was stopped: {State.Reason}";
            await ForEachAsync(Trials.Waiting, async row =>
            {
                await Control(row.Id).CancelIfPendingAsync(reason);
                Take(await Control(row.Id).GetReportAsync());
            });
            CancelUnplanned(reason);
            await _journal.FlushAsync();
        }
    }

    private void CancelUnplanned(string reason)
    {
        foreach (var row in Trials.Unplanned.ToArray())
        {
            var report = row.Report with { Summary = row.Report.Summary with { State = TrialState.Cancelled, Reason = reason } };
            Trials.Replace(row, report);
            _journal.Add(Ended(report));
        }
    }

    private async Task FailAsync(string reason)
    {
        await _gate.WaitAsync();
        try
        {
            if (!State.IsEnded)
            {
                await EndEarlyAsync(SweepState.Failed, reason);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Ends every trial, then the sweep. The gate is held.</summary>
    private async Task EndEarlyAsync(SweepState state, string reason)
    {
        CancelUnplanned(reason);
        await ForEachAsync(Trials.Waiting.Concat(Trials.Leased).Concat(Trials.Resting), async row =>
        {
            await Control(row.Id).CancelAsync(reason);
            Take(await Control(row.Id).GetReportAsync());
        });
        await EndAsync(State, state, reason);
    }

    /// <summary>The log says how every trial ended before the document says that the sweep did. The gate is held.</summary>
    private async Task EndAsync(SweepDocument document, SweepState state, string? reason)
    {
        await _journal.FlushAsync();
        await _state.SaveAsync(SweepTransitions.End(document, state, reason, _time.GetUtcNow()));
        _journal.Add(new Decision(DecisionKinds.Ended, null, $"ended {state.ToString().ToLowerInvariant()}{(reason is null ? "" : $": {reason}")}"));
        await _journal.FlushAsync();
        LogEnded(Id, state, reason);
        _reconcileTimer?.Dispose();
        _reconcileTimer = null;
        Queue.SetDemandAsync(Demand()).Forget(_logger, "withdrawing demand");
        Leaderboard.FinishAsync().Forget(_logger, "finishing the leaderboard");
        await Registry.SweepEndedAsync(Summary());
    }
}
