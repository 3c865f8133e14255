using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Trials;

/// <summary>
/// Serialises all that happens to one trial: every transition is saved before it is answered, then told to the sweep. Renewals live in
/// memory only; after a restart a lease of a living holder is granted one full ttl, so the holder always gives up before the grain does.
/// </summary>
[GrainType("trial")]
internal sealed partial class TrialGrain : Grain, ITrialGrain, ITrialControlGrain, ITrialLeaseGrain
{
    private const int PageSize = 1000;

    private readonly IPersistentState<TrialDocument> _state;
    private readonly OrchestrationOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<TrialGrain> _logger;
    private readonly MetricLog _metrics;
    private readonly TextLog _log;
    private IGrainTimer? _expiryTimer;
    private long _renewedAt;

    public TrialGrain(
        [PersistentState("trial")] IPersistentState<TrialDocument> state, IStore store, OrchestrationOptions options, TimeProvider time, ILogger<TrialGrain> logger)
    {
        _state = state;
        _options = options;
        _time = time;
        _logger = logger;
        _metrics = new MetricLog(store.Logs, this.GetPrimaryKeyString());
        _log = new TextLog(store.Logs, $"trial-log-{this.GetPrimaryKeyString()}", time);
    }

    private TrialDocument State => _state.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Plan is null)
        {
            return;
        }

        await _metrics.LoadAsync();
        if (State.IsLeased && _options.IsSoleOwner && State.Incarnation != _options.Incarnation)
        {
            await PreemptAsync($"node '{State.Node}' went away with its server process");
        }

        WatchLease();
    }

    public Task<TrialDetails> GetAsync()
    {
        var plan = Plan();
        var newest = State.Checkpoints.Count > 0 ? State.Checkpoints[^1] : null;
        return Task.FromResult(new TrialDetails(
            Summary(), State.LeaseEpoch, State.StartedAt, State.EndedAt, newest?.Blob, newest?.Epoch ?? 0, State.WeightsBlob,
            State.PredictionsBlob, State.Map40Findings, State.ErrorsUsed, State.PreemptionsUsed, State.BatchHalvings, State.CodeVersion, plan.Parameters));
    }

    public Task<MetricPoint[]> GetMetricsAsync(long afterSequence)
    {
        _ = Plan();
        return _metrics.ReadAsync(afterSequence, PageSize);
    }

    public Task<LogLine[]> GetLogAsync(long afterSequence)
    {
        _ = Plan();
        return _log.ReadAsync(afterSequence, PageSize);
    }

    public async Task<TrialReport> PlanAsync(TrialPlan plan)
    {
        if (State.Plan is null)
        {
            await _state.SaveAsync(new TrialDocument { Plan = plan, Revision = 1 });
        }

        return Report();
    }

    public Task<TrialReport> GetReportAsync() => Task.FromResult(Report());

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

    public Task YieldAsync(string reason) => throw new NotImplementedException();

    public Task<bool> RetryAsync(string reason) => throw new NotImplementedException();

    public Task<TrialReport> ExtendAsync(int epochs, string settingsJson) => throw new NotImplementedException();

    public async Task<TrialLease?> TryLeaseAsync(LeaseRequest request)
    {
        if (State.Plan is null || State.State != TrialState.Pending)
        {
            return null;
        }

        await MoveAsync(TrialTransitions.Lease(State, request, _time.GetUtcNow()));
        await _log.AppendAsync($"-- attempt {State.LeaseEpoch} on {request.Node}");
        var resume = State.Checkpoints.Count > 0 ? State.Checkpoints[^1] : null;
        return new TrialLease(Plan(), State.LeaseEpoch, _options.LeaseTtl, resume?.Blob, resume?.Epoch ?? 0, State.BatchHalvings);
    }

    public Task<LeaseStanding> RenewAsync(long leaseEpoch)
    {
        TrialTransitions.RequireLease(Planned(), leaseEpoch);
        _renewedAt = _time.GetTimestamp();
        return Task.FromResult(new LeaseStanding(Yield: false));
    }

    public Task StartedAsync(long leaseEpoch, AttemptStarted started) => MoveAsync(TrialTransitions.Start(Planned(), leaseEpoch, started));

    public async Task ReportMetricsAsync(long leaseEpoch, MetricReport[] metrics)
    {
        TrialTransitions.RequireLease(Planned(), leaseEpoch);
        if (await _metrics.AppendAsync(leaseEpoch, metrics, _time.GetUtcNow()))
        {
            TellSweep();
        }
    }

    public Task AppendLogAsync(long leaseEpoch, string[] lines)
    {
        // The last words of an attempt may come after it ended; only a later lease shuts it up.
        return State.LeaseEpoch == leaseEpoch ? _log.AppendAsync(lines) : throw new ConflictException($"lease {leaseEpoch} of trial '{Plan().TrialId}' is stale");
    }

    public async Task<string[]> CommitCheckpointAsync(long leaseEpoch, CheckpointReport checkpoint)
    {
        var (next, superseded) = TrialTransitions.Commit(Planned(), leaseEpoch, checkpoint);
        await MoveAsync(next);
        return superseded;
    }

    public Task CompleteAsync(long leaseEpoch, CompletionReport result) =>
        MoveAsync(TrialTransitions.Complete(Planned(), leaseEpoch, result, _time.GetUtcNow()));

    public async Task FailAsync(long leaseEpoch, AttemptFailure failure)
    {
        await MoveAsync(TrialTransitions.Fail(Planned(), leaseEpoch, failure, _time.GetUtcNow()));
        LogAttemptFailed(Plan().TrialId, leaseEpoch, failure.Kind, failure.Message);
    }

    public Task ReleaseAsync(long leaseEpoch, string reason) => MoveAsync(TrialTransitions.Release(Planned(), leaseEpoch, reason));

    private async Task MoveAsync(TrialDocument next)
    {
        if (ReferenceEquals(next, State))
        {
            return;
        }

        var (from, attempt) = (State.State, State.LeaseEpoch);
        await _state.SaveAsync(next);
        if (from != next.State)
        {
            LogMoved(Plan().TrialId, from, next.State, next.LeaseEpoch, next.Reason);
        }

        if (from != next.State && next.Reason is not null && attempt > 0)
        {
            await _log.AppendAsync($"-- {next.State.ToString().ToLowerInvariant()}: {next.Reason}");
        }

        WatchLease();
        TellSweep();
    }

    private Task PreemptAsync(string reason) => MoveAsync(TrialTransitions.Preempt(State, reason, _time.GetUtcNow()));

    private void WatchLease()
    {
        if (!State.IsLeased)
        {
            _expiryTimer?.Dispose();
            _expiryTimer = null;
        }
        else if (_expiryTimer is null)
        {
            _renewedAt = _time.GetTimestamp();
            var period = _options.LeaseTtl / 3;
            _expiryTimer = this.RegisterGrainTimer(ExpireAsync, new GrainTimerCreationOptions(period, period) { KeepAlive = true });
        }
    }

    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        if (State.IsLeased && _time.GetElapsedTime(_renewedAt) >= _options.LeaseTtl)
        {
            await PreemptAsync($"node '{State.Node}' did not renew its lease for {_options.LeaseTtl.TotalSeconds:0} s");
        }
    }

    private void TellSweep() =>
        GrainFactory.GetGrain<ISweepCoordinationGrain>(Plan().SweepId).TrialChangedAsync(Report()).Forget(_logger, "telling the sweep");

    private TrialReport Report()
    {
        _ = Plan();
        return new TrialReport(Summary(), (State.Revision << 32) | _metrics.LastSequence, State.LeaseEpoch, _metrics.Curve, State.Map40Findings, State.PredictionsBlob);
    }

    private TrialSummary Summary()
    {
        var plan = Plan();
        var curve = _metrics.Curve;
        double? interim = curve.Length > 0 ? curve[^1].Score : null;
        int epoch = State.State == TrialState.Running ? Math.Max(State.Epoch, _metrics.LastEpoch) : State.Epoch;
        return new TrialSummary(
            plan.TrialId, plan.SweepId, plan.Variant, plan.Fold, State.State, (int)State.LeaseEpoch, epoch, plan.Epochs, State.Map40 ?? interim, State.Node, State.Reason);
    }

    private TrialDocument Planned()
    {
        _ = Plan();
        return State;
    }

    private TrialPlan Plan() => State.Plan ?? throw new NotFoundException(
        $"no trial '{this.GetPrimaryKeyString()}'; 'vincxr trial ls' lists the trials of a sweep");
}
