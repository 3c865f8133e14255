using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>
/// Orders the demand of all sweeps in one queue: priority, then submission, then the sweep's own order. Everything here is derived:
/// sweeps repeat their demand, and the trial itself has the last word on whether it can be leased.
/// </summary>
[GrainType("scheduler")]
internal sealed class SchedulerGrain : Grain, ISchedulerGrain, IWorkQueueGrain
{
    private readonly DemandBook _book = new();
    private readonly Dictionary<string, ShardSetStatus> _shards = [];

    public Task<QueueSummary> GetAsync()
    {
        WaitingTrial[] waiting =
        [
            .. from sweep in _book.InOrder
               from trial in _book.WaitingOf(sweep)
               select new WaitingTrial(trial.TrialId, sweep.Priority, Reason(sweep, trial)),
        ];
        return Task.FromResult(new QueueSummary(this.GetPrimaryKeyString(), _book.Leased, waiting));
    }

    public Task SetDemandAsync(SweepDemand demand)
    {
        _book.Set(demand);
        return Task.CompletedTask;
    }

    public async Task<WorkLease?> LeaseAsync(LeaseRequest request)
    {
        foreach (var sweep in _book.InOrder.Where(s => s.Hold is null))
        {
            foreach (string prepared in _book.WaitingOf(sweep).Select(t => t.PreparedId).Distinct().ToArray())
            {
                if (!await RefreshAsync(prepared) && await GrainFactory.GetGrain<IShardGrain>(prepared).TryLeaseAsync(request) is { } shard)
                {
                    return new WorkLease(null, shard);
                }
            }

            foreach (var trial in _book.WaitingOf(sweep).ToArray())
            {
                if (_book.RunningOf(sweep) >= sweep.MaxConcurrent)
                {
                    break;
                }

                if (_shards[trial.PreparedId].IsComplete && await TryLeaseAsync(sweep, trial, request) is { } lease)
                {
                    return new WorkLease(lease, null);
                }
            }
        }

        return null;
    }

    private async Task<TrialLease?> TryLeaseAsync(SweepDemand sweep, TrialDemand trial, LeaseRequest request)
    {
        var lease = await GrainFactory.GetGrain<ITrialLeaseGrain>(trial.TrialId).TryLeaseAsync(request);
        if (lease is null)
        {
            _book.Drop(sweep.SweepId, trial.TrialId);
        }
        else
        {
            _book.Leasing(sweep.SweepId, trial.TrialId, lease.LeaseEpoch);
        }

        return lease;
    }

    /// <returns>True when the set is complete.</returns>
    private async Task<bool> RefreshAsync(string prepared)
    {
        if (!_shards.TryGetValue(prepared, out var status) || !status.IsComplete)
        {
            status = _shards[prepared] = await GrainFactory.GetGrain<IShardGrain>(prepared).GetAsync();
        }

        return status.IsComplete;
    }

    private string Reason(SweepDemand sweep, TrialDemand trial)
    {
        if (sweep.Hold is not null)
        {
            return sweep.Hold;
        }

        if (_shards.TryGetValue(trial.PreparedId, out var shards) && !shards.IsComplete)
        {
            return $"{shards.Made} of {shards.Total} image shards prepared";
        }

        return _book.RunningOf(sweep) >= sweep.MaxConcurrent
            ? $"resources.max_concurrent is {sweep.MaxConcurrent} and {_book.RunningOf(sweep)} run"
            : "no free slot on any node";
    }
}
