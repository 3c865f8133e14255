using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>
/// Orders the demand of all sweeps in one queue: priority, then submission, then the sweep's own order; among equal priorities, trials whose
/// images the asking node holds come first. Everything here is derived: sweeps repeat their demand, and the trial itself has the last word on
/// whether it can be leased.
/// </summary>
[GrainType("scheduler")]
internal sealed class SchedulerGrain(OrchestrationOptions options, TimeProvider time) : Grain, ISchedulerGrain, IWorkQueueGrain
{
    private readonly DemandBook _book = new();
    private readonly NodeBook _nodes = new(time);
    private readonly Dictionary<string, ShardSetStatus> _shards = [];
    private readonly Dictionary<string, (long Since, string? Node)> _passedOver = [];
    private readonly PlacementLimits _limits = new(options.PlacementWait, options.PlacementFairness);

    public async Task<QueueSummary> GetAsync()
    {
        var settings = await GrainFactory.GetGrain<IQueueRegistryGrain>(IQueueRegistryGrain.Key).FindAsync(this.GetPrimaryKeyString());
        WaitingTrial[] waiting =
        [
            .. from sweep in _book.InOrder
               from trial in _book.WaitingOf(sweep)
               select new WaitingTrial(trial.TrialId, sweep.Priority, Reason(sweep, trial)),
        ];
        return new QueueSummary(this.GetPrimaryKeyString(), _book.Leased, waiting, settings);
    }

    public Task SetDemandAsync(SweepDemand demand)
    {
        _book.Set(demand);
        var waiting = _book.InOrder.SelectMany(_book.WaitingOf).Select(t => t.TrialId).ToHashSet();
        foreach (string gone in _passedOver.Keys.Where(t => !waiting.Contains(t)).ToArray())
        {
            _passedOver.Remove(gone);
        }

        return Task.CompletedTask;
    }

    public Task<string[]> GetUpcomingAsync(int trials) => Task.FromResult<string[]>(
    [
        .. _book.InOrder.Where(s => s.Hold is null).SelectMany(_book.WaitingOf)
            .Where(t => _shards.TryGetValue(t.PreparedId, out var shards) && shards.IsComplete)
            .Take(trials).Select(t => t.PreparedId).Distinct(),
    ]);

    public Task RefreshAsync() => Task.CompletedTask;

    public async Task<WorkLease?> LeaseAsync(LeaseRequest request)
    {
        var node = _nodes.Asked(request);
        foreach (var equals in _book.InOrder.Where(s => s.Hold is null).GroupBy(s => s.Priority).ToArray())
        {
            if (await LeaseShardAsync(equals, request) is { } shard)
            {
                _nodes.Took(request.Node);
                return new WorkLease(null, shard);
            }

            var (trial, waits) = await LeaseTrialAsync(equals, node, request);
            if (trial is not null)
            {
                _nodes.Took(request.Node);
                return new WorkLease(trial, null);
            }

            if (waits)
            {
                // A slot that a lower priority takes now would be missing when the wait is over.
                return null;
            }
        }

        return null;
    }

    private async Task<ShardLease?> LeaseShardAsync(IEnumerable<SweepDemand> sweeps, LeaseRequest request)
    {
        foreach (string prepared in sweeps.SelectMany(_book.WaitingOf).Select(t => t.PreparedId).Distinct().ToArray())
        {
            // Asked every time: a set that was complete may have lost a shard since.
            var set = GrainFactory.GetGrain<IShardGrain>(prepared);
            var status = _shards[prepared] = await set.GetAsync();
            if (!status.IsComplete && await set.TryLeaseAsync(request) is { } shard)
            {
                return shard;
            }
        }

        return null;
    }

    /// <returns>A lease, or none and whether trials wait for other nodes.</returns>
    private async Task<(TrialLease? Lease, bool Waits)> LeaseTrialAsync(IEnumerable<SweepDemand> sweeps, PlacementNode node, LeaseRequest request)
    {
        var owners = new Dictionary<string, SweepDemand>();
        List<PlacementCandidate> runnable = [];
        foreach (var sweep in sweeps.Where(s => _book.RunningOf(s) < s.MaxConcurrent))
        {
            foreach (var trial in _book.WaitingOf(sweep).Where(t => _shards.TryGetValue(t.PreparedId, out var shards) && shards.IsComplete))
            {
                owners[trial.TrialId] = sweep;
                var passedOver = _passedOver.TryGetValue(trial.TrialId, out var since) ? time.GetElapsedTime(since.Since) : TimeSpan.Zero;
                runnable.Add(new PlacementCandidate(trial.TrialId, sweep.Priority, trial.PreparedId, passedOver));
            }
        }

        while (runnable.Count > 0)
        {
            var decision = Placement.Choose(runnable, node, _nodes.Others(node.Name), _limits);
            if (decision.Chosen is not { } chosen)
            {
                Remember(decision.PassedOver);
                return (null, true);
            }

            runnable.Remove(chosen);
            _passedOver.Remove(chosen.TrialId);
            if (await TryLeaseAsync(owners[chosen.TrialId], chosen.TrialId, request) is { } lease)
            {
                Remember(decision.PassedOver);
                return (lease, false);
            }
        }

        return (null, false);
    }

    private void Remember(IReadOnlyList<(string TrialId, string? Node)> passedOver)
    {
        foreach (var (trial, node) in passedOver)
        {
            _passedOver[trial] = (_passedOver.TryGetValue(trial, out var known) ? known.Since : time.GetTimestamp(), node);
        }
    }

    private async Task<TrialLease?> TryLeaseAsync(SweepDemand sweep, string trialId, LeaseRequest request)
    {
        var lease = await GrainFactory.GetGrain<ITrialLeaseGrain>(trialId).TryLeaseAsync(request);
        if (lease is null)
        {
            _book.Drop(sweep.SweepId, trialId);
        }
        else
        {
            _book.Leasing(sweep.SweepId, trialId, lease.LeaseEpoch);
        }

        return lease;
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

        if (_book.RunningOf(sweep) >= sweep.MaxConcurrent)
        {
            return $"resources.max_concurrent is {sweep.MaxConcurrent} and {_book.RunningOf(sweep)} run";
        }

        return _passedOver.TryGetValue(trial.TrialId, out var passed) && passed.Node is { } node && time.GetElapsedTime(passed.Since) < options.PlacementWait
            ? $"waits up to {options.PlacementWait.TotalSeconds:0.#} s for node '{node}', which holds its images"
            : "no free slot on any node";
    }
}
