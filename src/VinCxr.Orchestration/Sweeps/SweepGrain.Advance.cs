using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Core.Sweeps.Stopping;
using VinCxr.Data.Dicom;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>What a sweep does on its own. Every step can be repeated, so a crash anywhere is made up for by the next round.</summary>
internal sealed partial class SweepGrain
{
    private readonly HashSet<string> _plannedVariants = [];
    private IGrainTimer? _reconcileTimer;
    private ISearchMethod? _search;
    private IStoppingRule? _stopping;
    private int _imagesPerSet;
    private bool _advanceAgain;
    private bool _advancing;

    private bool NoneWillRun =>
        State.IsEnded
        || ((State.SearchExhausted || State.State == SweepState.Stopping)
            && _trials.Count == State.Variants.Count * Spec.Folds.Count && _trials.AllEnded);

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
                await AdvanceOnceAsync();
            }
        }
        catch (VinCxrException error) when (error is InvalidInputException or NotFoundException or DicomException)
        {
            await FailAsync(error.Message);
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
                await EndEarlyAsync(SweepState.Cancelled, "cancelled by request");
                return;
            }

            await ProposeMoreAsync();
            await PlanAsync();
            if (State.State == SweepState.Stopping)
            {
                await Task.WhenAll(_trials.Waiting().Select(t => Control(t.TrialId).CancelIfPendingAsync("the sweep was stopped")));
                await RefreshTrialsAsync();
            }

            if (State.State == SweepState.Pending && _trials.Leased().Length > 0)
            {
                await _state.SaveAsync(State with { State = SweepState.Running });
            }

            await Queue.SetDemandAsync(Demand());
        }
        finally
        {
            _gate.Release();
        }

        if (NoneWillRun)
        {
            Leaderboard.RefreshAsync().Forget(_logger, "finishing the leaderboard");
        }
    }

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        if (State.IsEnded)
        {
            return;
        }

        await RefreshTrialsAsync();
        foreach (string prepared in _trials.PreparedIds())
        {
            if ((await GrainFactory.GetGrain<IShardGrain>(prepared).GetAsync()).Error is { } error)
            {
                await FailAsync(error);
                return;
            }
        }

        Advance();
    }

    private async Task RefreshTrialsAsync()
    {
        foreach (var report in await Task.WhenAll(_trials.Unfinished.ToArray().Select(t => Control(t.Summary.Id).GetReportAsync())))
        {
            await TrialChangedAsync(report);
        }
    }

    private async Task ProposeMoreAsync()
    {
        if (State.SearchExhausted || State.State is SweepState.Stopping or SweepState.Paused)
        {
            return;
        }

        var (variants, exhausted) = Propose(_trials.History(State.Variants));
        if (variants.Count > 0 || exhausted)
        {
            await _state.SaveAsync(State with { Variants = [.. State.Variants, .. variants], SearchExhausted = exhausted });
            await _decisions.AppendAsync([.. variants.Select(Proposed)]);
        }
    }

    /// <returns>Further variants to train, and whether these were the last ones.</returns>
    private (IReadOnlyList<Variant> Variants, bool Exhausted) Propose(IReadOnlyList<VariantResult> history)
    {
        _search ??= SearchMethods.Create(Spec);
        int window = _search.UsesScores ? Math.Max(1, Spec.Resources.MaxConcurrent / Spec.Folds.Count) : Spec.Search.MaxVariants;
        int wanted = Math.Min(window - history.Count(v => !v.Finished), Spec.Search.MaxVariants - history.Count);
        if (history.Count >= Spec.Search.MaxVariants)
        {
            return ([], true);
        }

        if (wanted <= 0)
        {
            return ([], false);
        }

        var variants = _search.Propose(history, wanted);
        return (variants, variants.Count < wanted || history.Count + variants.Count >= Spec.Search.MaxVariants);
    }

    private async Task PlanAsync()
    {
        foreach (var variant in State.Variants.Where(v => !_plannedVariants.Contains(v.Id)).ToArray())
        {
            var set = Blueprint.ShardSetOf(variant, _imagesPerSet);
            await GrainFactory.GetGrain<IShardGrain>(set.PreparedId).PlanAsync(set);
            var missing = Blueprint.TrialsOf(variant).Where(t => !_trials.Contains(t.TrialId)).ToArray();
            foreach (var report in await Task.WhenAll(missing.Select(t => Control(t.TrialId).PlanAsync(t))))
            {
                _trials.Add(report, set.PreparedId);
            }

            _plannedVariants.Add(variant.Id);
        }
    }

    private SweepDemand Demand() => new(
        Id, Spec.Resources.Priority, State.SubmittedAt, Spec.Resources.MaxConcurrent,
        State.State == SweepState.Paused ? "the sweep is paused" : null, _trials.Waiting(), _trials.Leased());

    private async Task ApplyStoppingRuleAsync(TrialReport report)
    {
        _stopping ??= StoppingRules.Create(Spec);
        var decision = _stopping.Decide(TrialTable.CurveOf(report), _trials.Curves);
        if (decision.Stop)
        {
            string text = $"pruning {report.Summary.Id} at epoch {report.Curve[^1].Epoch}: {decision.Reason}";
            await _decisions.AppendAsync(new Decision(DecisionKinds.Pruned, report.Summary.Id, text));
            await Control(report.Summary.Id).PruneAsync(decision.Reason);
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
        await Task.WhenAll(_trials.Unfinished.ToArray().Select(t => Control(t.Summary.Id).CancelAsync(reason)));
        await RefreshTrialsAsync();
        await EndAsync(State, state, reason);
    }

    private async Task EndAsync(SweepDocument document, SweepState state, string? reason)
    {
        await _state.SaveAsync(document with { State = state, Reason = reason, EndedAt = _time.GetUtcNow() });
        await _decisions.AppendAsync(new Decision(DecisionKinds.Ended, null, $"ended {state.ToString().ToLowerInvariant()}{(reason is null ? "" : $": {reason}")}"));
        LogEnded(Id, state, reason);
        _reconcileTimer?.Dispose();
        _reconcileTimer = null;
        Queue.SetDemandAsync(Demand()).Forget(_logger, "withdrawing demand");
        GrainFactory.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).SweepEndedAsync(Summary()).Forget(_logger, "telling the registry");
        Leaderboard.RefreshAsync().Forget(_logger, "finishing the leaderboard");
    }
}
