namespace VinCxr.Orchestration.Scheduling;

/// <summary>Sweeps of one priority, by user and submission.</summary>
internal sealed class DemandLevel(int priority)
{
    private static readonly Comparer<QueuedSweep> BySubmission = Comparer<QueuedSweep>.Create((a, b) =>
    {
        int order = a.Demand.SubmittedAt.CompareTo(b.Demand.SubmittedAt);
        return order != 0 ? order : string.CompareOrdinal(a.Id, b.Id);
    });

    private readonly Dictionary<string, SortedSet<QueuedSweep>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _prepared = new(StringComparer.Ordinal);

    public int Priority => priority;

    public bool IsEmpty => _users.Count == 0;

    /// <summary>Ids of the prepared sets that sweeps which may start need.</summary>
    public IEnumerable<string> PreparedIds => _prepared.Keys;

    public void Add(QueuedSweep sweep)
    {
        if (!_users.TryGetValue(sweep.User, out var sweeps))
        {
            _users[sweep.User] = sweeps = new SortedSet<QueuedSweep>(BySubmission);
        }

        sweeps.Add(sweep);
        CountPrepared(sweep, 1);
    }

    public void Remove(QueuedSweep sweep)
    {
        var sweeps = _users[sweep.User];
        sweeps.Remove(sweep);
        if (sweeps.Count == 0)
        {
            _users.Remove(sweep.User);
        }

        CountPrepared(sweep, -1);
    }

    /// <summary>The user who is owed most first, then by submission.</summary>
    public IEnumerable<QueuedSweep> InOrder(Func<string, double> rank) => _users
        .OrderBy(u => rank(u.Key)).ThenBy(u => u.Value.Min!, BySubmission).SelectMany(u => u.Value);

    private void CountPrepared(QueuedSweep sweep, int change)
    {
        foreach (string prepared in sweep.Demand.Hold is null ? sweep.Demand.Waiting.Select(t => t.PreparedId).Distinct() : [])
        {
            int count = _prepared.GetValueOrDefault(prepared) + change;
            if (count == 0)
            {
                _prepared.Remove(prepared);
            }
            else
            {
                _prepared[prepared] = count;
            }
        }
    }
}
