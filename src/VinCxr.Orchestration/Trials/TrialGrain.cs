using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Trials;

/// <summary>
/// Serialises all that happens to one trial: every transition is saved before it is answered, then told to the sweep. A write that fails leaves
/// the grain as it was. An ended trial leaves memory as soon as its sweep knows.
/// </summary>
[GrainType("trial")]
internal sealed partial class TrialGrain : Grain, ITrialGrain, ITrialControlGrain, ITrialLeaseGrain
{
    private const int PageSize = 1000;

    private readonly IPersistentState<TrialDocument> _state;
    private readonly ISiloStatusOracle _silos;
    private readonly OrchestrationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<TrialGrain> _logger;
    private readonly MetricLog _metrics;
    private readonly TextLog _log;
    private readonly AttemptNotes _notes;
    private readonly SweepNotice _notice;
    private ISweepCoordinationGrain? _sweep;
    private DateTimeOffset? _checkpointAt;
    private Task _saving = Task.CompletedTask;

    public TrialGrain(
        [PersistentState("trial")] IPersistentState<TrialDocument> state, IStore store, ISiloStatusOracle silos, OrchestrationOptions options, TimeProvider time,
        ILogger<TrialGrain> logger)
    {
        _state = state;
        _silos = silos;
        _options = options;
        _time = time;
        _logger = logger;
        _metrics = new MetricLog(store.Logs, this.GetPrimaryKeyString());
        _log = new TextLog(store.Logs, $"trial-log-{this.GetPrimaryKeyString()}", time);
        _notes = new AttemptNotes(_log);
        _notice = new SweepNotice(ReportToSweepAsync, LeaveWhenEnded);
    }

    private TrialDocument State => _state.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Plan is null)
        {
            return;
        }

        if (State.LeaseEpoch == 0)
        {
            _metrics.StartEmpty();
        }
        else if (!State.IsEnded || State.Metrics is null)
        {
            await _metrics.LoadAsync();
        }

        if (State.IsLeased && ((_options.IsSoleOwner && State.Incarnation != _options.Incarnation) || HolderIsGone()))
        {
            await PreemptAsync($"node '{State.Node}' went away with its server process");
        }

        WatchLease();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            await _notes.FlushAsync();
        }
        catch (StoreException error)
        {
            LogNotesLost(this.GetPrimaryKeyString(), error.Message);
        }
    }

    public Task<TrialDetails> GetAsync()
    {
        var plan = Plan();
        var newest = State.Checkpoints.Count > 0 ? State.Checkpoints[^1] : null;
        return Task.FromResult(new TrialDetails(
            Summary(), State.LeaseEpoch, State.StartedAt, State.EndedAt, newest?.Blob, newest?.Epoch ?? 0, State.WeightsBlob,
            State.PredictionsBlob, State.Map40Findings, State.ErrorsUsed, State.PreemptionsUsed, State.BatchHalvings, State.CodeVersion, plan.Parameters,
            State.LrFactor, ExcludedNodes(), plan.MaxErrors, plan.MaxPreemptions, TrialTransitions.SlotSecondsAt(State, _time.GetUtcNow()), Metrics().PeakMemoryMb,
            State.NotBefore, State.YieldReason, State.ActivationMapsBlob));
    }

    public Task<MetricPoint[]> GetMetricsAsync(long afterSequence)
    {
        _ = Plan();
        return _metrics.ReadAsync(afterSequence, PageSize);
    }

    public async Task<LogLine[]> GetLogAsync(long afterSequence)
    {
        _ = Plan();
        await _notes.FlushAsync();
        return await _log.ReadAsync(afterSequence, PageSize);
    }

    public async Task<TrialReport> PlanAsync(TrialPlan plan)
    {
        if (State.Plan is null)
        {
            _metrics.StartEmpty();
            await _state.SaveAsync(new TrialDocument { Plan = plan, Revision = 1 });
        }

        return Report();
    }

    /// <summary>The sweep asks at every reconciliation, and with it whether the holder is still there: that must not hang on one timer.</summary>
    public async Task<TrialReport> GetReportAsync()
    {
        await LookAtHolderAsync(CancellationToken.None);
        return Report();
    }

    public Task CancelAsync(string reason) => MoveAsync(TrialTransitions.EndEarly(Planned(), TrialState.Cancelled, reason, _time.GetUtcNow()));

    public async Task<bool> CancelIfPendingAsync(string reason)
    {
        if (State.State == TrialState.Pending)
        {
            await CancelAsync(reason);
        }

        return State.IsEnded;
    }

    public Task PruneAsync(string reason) => MoveAsync(TrialTransitions.EndEarly(Planned(), TrialState.Pruned, reason, _time.GetUtcNow()));

    public Task YieldAsync(string reason) => MoveAsync(TrialTransitions.Yield(Planned(), reason));

    public async Task<bool> RetryAsync(string reason)
    {
        var next = TrialTransitions.Retry(Planned(), reason);
        bool waits = !ReferenceEquals(next, State);
        await ReviveAsync(next);
        return waits;
    }

    public async Task<TrialReport> ExtendAsync(int epochs, string settingsJson)
    {
        await ReviveAsync(TrialTransitions.Extend(Planned(), epochs, settingsJson));
        return Report();
    }

    /// <summary>As <see cref="MoveAsync"/>, for a step that may lead out of an end: metrics are read again, for more will come.</summary>
    private async Task ReviveAsync(TrialDocument next)
    {
        if (!next.IsEnded)
        {
            await _metrics.LoadAsync();
        }

        await MoveAsync(next);
    }

    private async Task MoveAsync(TrialDocument next)
    {
        if (ReferenceEquals(next, State))
        {
            return;
        }

        var (from, leaseEpoch) = (State.State, State.LeaseEpoch);
        _saving = SaveAsync(next);
        await Task.WhenAll(_saving, NoteAsync(from, next, leaseEpoch));
        if (from != next.State)
        {
            LogMoved(Plan().TrialId, from, next.State, next.LeaseEpoch, next.Reason);
        }

        WatchLease();
        TellSweep();
    }

    private async Task SaveAsync(TrialDocument next)
    {
        bool isNewest = next.Checkpoints.Count > 0 && (State.Checkpoints.Count == 0 || State.Checkpoints[^1] != next.Checkpoints[^1]);
        await _state.SaveAsync(next.IsEnded ? next with { Metrics = Metrics() } : next);
        _checkpointAt = !next.IsLeased ? null : isNewest ? _time.GetUtcNow() : _checkpointAt;
    }

    /// <summary>What ends a lease is told in the log with all that waited to be told; the transition does not depend on it.</summary>
    private async Task NoteAsync(TrialState from, TrialDocument next, long leaseEpoch)
    {
        if (from == next.State || leaseEpoch == 0 || next.IsLeased)
        {
            return;
        }

        if (next.Reason is not null)
        {
            _notes.Add($"-- {next.State.ToString().ToLowerInvariant()}: {next.Reason}");
        }

        try
        {
            await _notes.FlushAsync();
        }
        catch (StoreException error)
        {
            LogNotesLost(this.GetPrimaryKeyString(), error.Message);
        }
    }

    /// <summary>Runs beside the trial's turns: a transition that is being saved may yet fail, and is not told before.</summary>
    private async Task ReportToSweepAsync()
    {
        while (!_saving.IsCompleted)
        {
            await _saving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        _sweep ??= GrainFactory.GetGrain<ISweepCoordinationGrain>(Plan().SweepId);
        await _sweep.TrialChangedAsync(Report());
    }

    private void TellSweep() => _notice.ChangedAsync().Forget(_logger, "telling the sweep");

    /// <summary>Thousands of ended trials must not stay in memory; whoever asks for one brings it back.</summary>
    private void LeaveWhenEnded()
    {
        if (State.IsEnded)
        {
            DeactivateOnIdle();
        }
    }

    private TrialReport Report()
    {
        _ = Plan();
        var (now, metrics) = (_time.GetUtcNow(), Metrics());
        return new TrialReport(
            Summary(), (State.Revision << 32) | metrics.LastSequence, State.LeaseEpoch, [.. metrics.Curve], State.Map40Findings, State.PredictionsBlob,
            State.Checkpoints.Count > 0 ? State.Checkpoints[^1].Epoch : 0, TrialTransitions.SlotSecondsAt(State, now), metrics.PeakMemoryMb, ExcludedNodes(),
            TrialTransitions.SlotSecondsSince(State, _checkpointAt ?? State.LeasedAt, now), State.NotBefore);
    }

    private TrialSummary Summary()
    {
        var (plan, metrics) = (Plan(), Metrics());
        double? interim = metrics.Curve.Count > 0 ? metrics.Curve[^1].Score : null;
        int epoch = State.State == TrialState.Running ? Math.Max(State.Epoch, metrics.LastEpoch) : State.Epoch;
        return new TrialSummary(
            plan.TrialId, plan.SweepId, plan.Variant, plan.Fold, State.State, (int)State.LeaseEpoch, epoch, plan.Epochs, State.Map40 ?? interim, State.Node, State.Reason);
    }

    private MetricDigest Metrics() => _metrics.Digest ?? State.Metrics ?? new MetricDigest(0, 0, [], null);

    private string[]? ExcludedNodes() => State.ExcludedNodes.Count > 0 ? [.. State.ExcludedNodes] : null;

    private TrialDocument Planned()
    {
        _ = Plan();
        return State;
    }

    private TrialPlan Plan() => State.Plan ?? throw new NotFoundException(
        $"no trial '{this.GetPrimaryKeyString()}'; 'vincxr trial ls' lists the trials of a sweep");
}
