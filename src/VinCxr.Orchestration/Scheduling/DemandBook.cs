using VinCxr.Contracts.Scheduling;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>
/// What sweeps asked for, corrected by leases given since they asked: a sweep's word may be older than the newest lease, and counting
/// that trial as waiting would start more than <c>max_concurrent</c>.
/// </summary>
internal sealed class DemandBook
{
    private readonly Dictionary<string, Entry> _sweeps = [];

    public IEnumerable<SweepDemand> InOrder => _sweeps.Values.Select(e => e.Demand)
        .OrderByDescending(d => d.Priority).ThenBy(d => d.SubmittedAt).ThenBy(d => d.SweepId, StringComparer.Ordinal).ToArray();

    public int Leased => _sweeps.Values.Sum(e => e.Running);

    public void Set(SweepDemand demand)
    {
        if (demand.Waiting.Length == 0 && demand.Running.Length == 0)
        {
            _sweeps.Remove(demand.SweepId);
            return;
        }

        var leasedSince = _sweeps.TryGetValue(demand.SweepId, out var known) ? known.LeasedSince : [];
        foreach (var (trial, epoch) in leasedSince.ToArray())
        {
            bool stillAsked = demand.Waiting.FirstOrDefault(w => w.TrialId == trial) is { } waiting && waiting.LeaseEpoch < epoch;
            if (!stillAsked)
            {
                leasedSince.Remove(trial);
            }
        }

        _sweeps[demand.SweepId] = new Entry(demand, leasedSince);
    }

    public IEnumerable<TrialDemand> WaitingOf(SweepDemand sweep) =>
        _sweeps.TryGetValue(sweep.SweepId, out var entry) ? entry.Demand.Waiting.Where(t => !entry.LeasedSince.ContainsKey(t.TrialId)) : [];

    public int RunningOf(SweepDemand sweep) => _sweeps.TryGetValue(sweep.SweepId, out var entry) ? entry.Running : 0;

    public void Leasing(string sweepId, string trialId, long leaseEpoch)
    {
        if (_sweeps.TryGetValue(sweepId, out var entry))
        {
            entry.LeasedSince[trialId] = leaseEpoch;
        }
    }

    /// <summary>The trial does not wait after all.</summary>
    public void Drop(string sweepId, string trialId)
    {
        if (_sweeps.TryGetValue(sweepId, out var entry))
        {
            var rest = entry.Demand.Waiting.Where(t => t.TrialId != trialId).ToArray();
            _sweeps[sweepId] = entry with { Demand = entry.Demand with { Waiting = rest } };
        }
    }

    private sealed record Entry(SweepDemand Demand, Dictionary<string, long> LeasedSince)
    {
        public int Running => Demand.Running.Length + LeasedSince.Count(l => !Demand.Running.Contains(l.Key));
    }
}
