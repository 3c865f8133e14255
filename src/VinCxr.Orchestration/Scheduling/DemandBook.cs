using VinCxr.Contracts.Scheduling;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>All sweeps of one queue by priority, user and submission. Every change costs what changed, not what waits.</summary>
internal sealed class DemandBook(UseLedger ledger)
{
    private readonly Dictionary<string, QueuedSweep> _sweeps = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, DemandLevel> _levels = new(Comparer<int>.Create((a, b) => b.CompareTo(a)));

    /// <summary>Highest priority first.</summary>
    public IEnumerable<DemandLevel> Levels => _levels.Values;

    public IEnumerable<QueuedSweep> Sweeps => _sweeps.Values;

    /// <summary>Trials under a lease.</summary>
    public int Leased => _sweeps.Values.Sum(s => s.Running);

    public QueuedSweep? Find(string sweepId) => _sweeps.GetValueOrDefault(sweepId);

    public void Set(SweepDemand demand)
    {
        var before = Find(demand.SweepId);
        if (before is not null)
        {
            Remove(before);
        }

        // One that names none but has trials left stays: when it falls silent, somebody must wake it.
        if (demand.Waiting.Length == 0 && demand.Running.Length == 0 && demand.Resting is not { Length: > 0 } && demand.WaitingTotal == 0)
        {
            return;
        }

        var sweep = new QueuedSweep(demand, before);
        _sweeps[sweep.Id] = sweep;
        if (!_levels.TryGetValue(demand.Priority, out var level))
        {
            _levels[demand.Priority] = level = new DemandLevel(demand.Priority);
        }

        level.Add(sweep);
        ledger.Change(sweep.User, sweep.Slots);
    }

    public void Lease(QueuedSweep sweep, TrialDemand trial, Placement placement) => Count(sweep, s => s.Lease(trial, placement));

    /// <summary>The lease came to nothing.</summary>
    public void Undo(string sweepId, string trialId)
    {
        if (Find(sweepId) is { } sweep)
        {
            Count(sweep, s => s.Undo(trialId));
        }
    }

    private void Count(QueuedSweep sweep, Action<QueuedSweep> change)
    {
        double before = sweep.Slots;
        change(sweep);
        ledger.Change(sweep.User, sweep.Slots - before);
    }

    private void Remove(QueuedSweep sweep)
    {
        _sweeps.Remove(sweep.Id);
        ledger.Change(sweep.User, -sweep.Slots);
        var level = _levels[sweep.Demand.Priority];
        level.Remove(sweep);
        if (level.IsEmpty)
        {
            _levels.Remove(level.Priority);
        }
    }
}
