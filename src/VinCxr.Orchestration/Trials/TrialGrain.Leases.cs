using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Orchestration.Trials;

/// <summary>
/// What holders of leases ask. Renewals live in memory only; after a restart a lease of a living holder is granted one full ttl, so the holder
/// always gives up before the grain does. A holder whose silo the cluster has declared dead is not waited for: fencing makes that safe.
/// </summary>
internal sealed partial class TrialGrain
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private IGrainTimer? _leaseTimer;
    private long _renewedAt;

    public async Task<TrialLease?> TryLeaseAsync(LeaseRequest request)
    {
        if (!TrialTransitions.IsFree(State, request.Node, _time.GetUtcNow()))
        {
            return null;
        }

        await MoveAsync(TrialTransitions.Lease(State, request, _time.GetUtcNow()));
        _notes.Add($"-- attempt {State.LeaseEpoch} on {request.Node}");
        var resume = State.Checkpoints.Count > 0 ? State.Checkpoints[^1] : null;
        return new TrialLease(
            Plan(), State.LeaseEpoch, _options.LeaseTtl, resume?.Blob, resume?.Epoch ?? 0, State.BatchHalvings, request.Assigned, State.LrFactor);
    }

    public Task<LeaseStanding> RenewAsync(long leaseEpoch)
    {
        TrialTransitions.RequireLease(Planned(), leaseEpoch);
        _renewedAt = _time.GetTimestamp();
        return Task.FromResult(new LeaseStanding(State.YieldReason is not null, State.YieldReason));
    }

    public async Task StartedAsync(long leaseEpoch, AttemptStarted started)
    {
        TrialTransitions.RequireLease(Planned(), leaseEpoch);
        await _metrics.ResumeAsync(leaseEpoch, started.StartEpoch, _time.GetUtcNow());
        await MoveAsync(TrialTransitions.Start(State, leaseEpoch, started));
    }

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
        return State.LeaseEpoch == leaseEpoch ? _notes.FlushAsync(lines) : throw new ConflictException($"lease {leaseEpoch} of trial '{Plan().TrialId}' is stale");
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
        await MoveAsync(TrialTransitions.Fail(Planned(), leaseEpoch, failure, _options.RetryBackoff, _time.GetUtcNow()));
        LogAttemptFailed(Plan().TrialId, leaseEpoch, failure.Kind, failure.Message);
    }

    public Task ReleaseAsync(long leaseEpoch, string reason) => MoveAsync(TrialTransitions.Release(Planned(), leaseEpoch, reason, _time.GetUtcNow()));

    private void WatchLease()
    {
        if (!State.IsLeased)
        {
            _leaseTimer?.Dispose();
            _leaseTimer = null;
        }
        else if (_leaseTimer is null)
        {
            _renewedAt = _time.GetTimestamp();
            var period = _options.LeaseTtl / 3 < LookInterval ? _options.LeaseTtl / 3 : LookInterval;
            _leaseTimer = this.RegisterGrainTimer(LookAtHolderAsync, new GrainTimerCreationOptions(period, period) { KeepAlive = true });
        }
    }

    private async Task LookAtHolderAsync(CancellationToken cancellationToken)
    {
        if (!State.IsLeased)
        {
            return;
        }

        if (HolderIsGone())
        {
            await PreemptAsync($"node '{State.Node}' is down");
        }
        else if (_time.GetElapsedTime(_renewedAt) >= _options.LeaseTtl)
        {
            await PreemptAsync($"node '{State.Node}' did not renew its lease for {_options.LeaseTtl.TotalSeconds:0} s");
        }
    }

    private bool HolderIsGone() => State.Silo is { } silo && SiloAddress.FromParsableString(silo) is var address && _silos.IsDeadSilo(address);

    private Task PreemptAsync(string reason) => MoveAsync(TrialTransitions.Preempt(State, reason, _time.GetUtcNow()));
}
