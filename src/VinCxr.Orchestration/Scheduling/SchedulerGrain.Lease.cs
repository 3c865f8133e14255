using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Scheduling;
using VinCxr.Orchestration.Decisions;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>Giving work to a node that asks.</summary>
internal sealed partial class SchedulerGrain
{
    /// <summary>Trials that could start and are compared for placement; blocked ones before them are looked at too.</summary>
    private const int Window = 12;

    public async Task<WorkLease?> LeaseAsync(LeaseRequest request)
    {
        _nodes.Asked(request);
        HashSet<string> asked = new(StringComparer.Ordinal);
        while (!IsSettling && !_draining.Contains(request.Node))
        {
            var (inputs, decision, unsure) = Weigh(request.Node, asked);
            if (unsure is not null)
            {
                asked.Add(unsure);
                if (await _shards.AskAsync(unsure, request) is { } shard)
                {
                    _nodes.TookShard(request.Node);
                    return new WorkLease(null, shard);
                }

                continue;
            }

            Remember(inputs, decision);
            if (decision.TrialId is null)
            {
                return null;
            }

            if (await StartAsync(new StartRecord(inputs, decision), request) is { } lease)
            {
                return new WorkLease(lease, null);
            }
        }

        return null;
    }

    /// <summary>Looks from the top of the line only as far down as it takes to decide.</summary>
    /// <returns>A decision, or a prepared set to ask about first: shards that waiting trials need come before trials of the same priority.</returns>
    private (StartInputs Inputs, StartDecision Decision, string? Unsure) Weigh(string node, HashSet<string> asked)
    {
        List<StartCandidate> looked = [];
        var inputs = new StartInputs(
            _nodes.Offer(node),
            new StartLimits(_settings.Slots, _ledger.InUse, _settings.UserSlots, _options.PlacementWait.TotalSeconds, _options.PlacementFairness.TotalSeconds),
            looked);
        var decision = new StartDecision(null, [], []);
        foreach (var level in _book.Levels)
        {
            if (level.PreparedIds.FirstOrDefault(p => !asked.Contains(p) && !_shards.WasCompleteLately(p)) is { } unsure)
            {
                return (inputs, decision, unsure);
            }

            inputs = inputs with { Omitted = inputs.Omitted + LookAt(level, inputs, looked) };
            decision = StartRule.Decide(inputs);
            if (decision.TrialId is not null || decision.Waits)
            {
                break;
            }
        }

        return (inputs, decision, null);
    }

    /// <returns>How many blocked candidates were left out.</returns>
    private int LookAt(DemandLevel level, StartInputs inputs, List<StartCandidate> looked)
    {
        int open = 0;
        int omitted = 0;
        foreach (var sweep in level.InOrder(_ledger.RankOf))
        {
            foreach (var line in sweep.Lines.OrderBy(l => l.Order))
            {
                var candidate = Candidate(sweep, line, inputs.Node.Name);
                bool isOpen = StartRule.Block(candidate, inputs.Node, inputs.Limits) is null;
                if (isOpen || looked.Count < Window)
                {
                    looked.Add(candidate);
                }
                else
                {
                    omitted++;
                }

                if (isOpen && ++open == Window)
                {
                    return omitted;
                }
            }
        }

        return omitted;
    }

    private StartCandidate Candidate(QueuedSweep sweep, TrialLine line, string node)
    {
        var (trial, demand) = (line.First, sweep.Demand);
        var passed = sweep.PassedOver.GetValueOrDefault(trial.TrialId);
        int? memory = Needed(trial);
        bool isHere = _nodes.Holds(node, trial.PreparedId);
        return new StartCandidate(
            trial.TrialId, sweep.Id, demand.Priority, demand.User, _ledger.RankOf(sweep.User), _ledger.SlotsOf(sweep.User), demand.SubmittedAt, line.Order,
            sweep.Places, demand.MaxConcurrent, demand.Gpus, demand.Hold ?? WaitingReasons.OfShards(_shards.Find(trial.PreparedId)), memory,
            trial.ExcludedNodes?.Contains(node) is true, isHere,
            isHere ? null : _nodes.OtherHolder(node, trial.PreparedId, demand.Gpus, memory, trial.ExcludedNodes),
            passed is null ? 0 : _time.GetElapsedTime(passed.Since).TotalSeconds,
            passed?.Kept is { } kept && _nodes.IsFresh(kept) ? kept : null,
            line.Begun);
    }

    private void Remember(StartInputs inputs, StartDecision decision)
    {
        foreach (var passed in decision.PassedOver.Where(p => p.Reason is PassReason.WaitsForImages or PassReason.GaveWay or PassReason.NoRoom or PassReason.KeepsNode))
        {
            var sweep = _book.Find(inputs.Candidates.First(c => c.TrialId == passed.TrialId).SweepId)!;
            var known = sweep.PassedOver.GetValueOrDefault(passed.TrialId);
            string? kept = passed.Reason == PassReason.KeepsNode ? inputs.Node.Name : known?.Kept;
            sweep.PassedOver[passed.TrialId] = new Passing(known?.Since ?? _time.GetTimestamp(), passed.Reason, passed.Node, kept);
        }
    }

    /// <returns>The lease, or null when the trial does not wait after all.</returns>
    private async Task<TrialLease?> StartAsync(StartRecord record, LeaseRequest request)
    {
        var chosen = record.Inputs.Candidates.First(c => c.TrialId == record.Decision.TrialId);
        var sweep = _book.Find(chosen.SweepId)!;
        var trial = sweep.Lines.First(l => l.First.TrialId == chosen.TrialId).First;
        var shares = record.Decision.Shares;
        SlotShare[]? assigned = request.Slots is null ? null : [.. shares.Select(s => new SlotShare(s.Index, s.Share))];

        // Reserved before the first await: whoever asks meanwhile sees the slot, the quotas and the trial as taken.
        _book.Lease(sweep, trial, new Placement(request.Node, assigned is null ? null : shares));
        _nodes.Give(request.Node, shares);
        TrialLease? lease = null;
        try
        {
            lease = await RecordAsync(record.ToDecision(chosen), chosen, request with { Held = null, Slots = null, Assigned = assigned });
        }
        finally
        {
            _nodes.Given(request.Node, shares, taken: lease is not null);
            if (lease is null)
            {
                _book.Undo(chosen.SweepId, chosen.TrialId);
            }
            else
            {
                _book.Find(chosen.SweepId)?.Confirm(chosen.TrialId, lease.LeaseEpoch);
                _isChanged = true;
            }
        }

        return lease is { Slots: null } ? lease with { Slots = assigned } : lease;
    }

    /// <summary>The trial, the decision log and the scheduler's own memory are written at once; a lease counts when all of them are durable.</summary>
    private async Task<TrialLease?> RecordAsync(Decision decision, StartCandidate chosen, LeaseRequest request)
    {
        var trial = GrainFactory.GetGrain<ITrialLeaseGrain>(chosen.TrialId);
        var log = new DecisionLog(_store.Logs, chosen.SweepId, _time);
        var leasing = trial.TryLeaseAsync(request);
        try
        {
            await Task.WhenAll(leasing, log.AppendAsync(decision), RememberSweepAsync(chosen.SweepId));
        }
        catch when (leasing is { IsCompletedSuccessfully: true, Result: { } given })
        {
            trial.ReleaseAsync(given.LeaseEpoch, "the decision to start it could not be recorded").Forget(_logger, "handing a lease back");
            throw;
        }

        var lease = await leasing;
        if (lease is null)
        {
            await log.AppendAsync(new Decision(DecisionKinds.NotStarted, chosen.TrialId, $"{chosen.TrialId} did not start: it does not wait any more"));
        }

        return lease;
    }
}
