using VinCxr.Contracts.Trials;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Trials;

/// <summary>A trial's metrics: appended to the store's log, the newest kept in memory.</summary>
internal sealed class MetricLog(ILogStore logs, string trialId, int capacity = 1000)
{
    private readonly string _name = $"trial-metrics-{trialId}";
    private readonly Queue<MetricPoint> _ring = new(capacity);
    private readonly SortedDictionary<int, double> _curve = [];
    private (long LeaseEpoch, long Ordinal) _newest;

    /// <summary>Sequence number of the newest point, 0 before the first.</summary>
    public long LastSequence { get; private set; }

    public int LastEpoch { get; private set; }

    /// <summary>Interim scores by epoch; after a resume the newer score of an epoch counts.</summary>
    public CurvePoint[] Curve => [.. _curve.Select(p => new CurvePoint(p.Key, p.Value))];

    public async Task LoadAsync()
    {
        await foreach (var entry in logs.ReadAsync(_name))
        {
            Remember(entry.Sequence, StateJson.Read<Entry>(entry.Text));
        }
    }

    /// <returns>True when at least one metric was new.</returns>
    public async Task<bool> AppendAsync(long leaseEpoch, IReadOnlyList<MetricReport> metrics, DateTimeOffset now)
    {
        Entry[] fresh =
        [
            .. metrics.Where(m => (leaseEpoch, m.Ordinal).CompareTo(_newest) > 0)
                .Select(m => new Entry(leaseEpoch, m.Ordinal, m.Epoch, m.Step, m.Values, now)),
        ];
        if (fresh.Length == 0)
        {
            return false;
        }

        long last = await logs.AppendAsync(_name, [.. fresh.Select(StateJson.Write)]);
        for (int i = 0; i < fresh.Length; i++)
        {
            Remember(last - fresh.Length + 1 + i, fresh[i]);
        }

        return true;
    }

    public async Task<MetricPoint[]> ReadAsync(long afterSequence, int limit)
    {
        bool ringCovers = _ring.Count == 0 || _ring.Peek().Sequence <= afterSequence + 1;
        if (ringCovers)
        {
            return [.. _ring.Where(p => p.Sequence > afterSequence).Take(limit)];
        }

        List<MetricPoint> points = [];
        await foreach (var entry in logs.ReadAsync(_name, afterSequence))
        {
            points.Add(ToPoint(entry.Sequence, StateJson.Read<Entry>(entry.Text)));
            if (points.Count == limit)
            {
                break;
            }
        }

        return [.. points];
    }

    private static MetricPoint ToPoint(long sequence, Entry entry) =>
        new(sequence, entry.LeaseEpoch, entry.Epoch, entry.Step, entry.Values, entry.At);

    private void Remember(long sequence, Entry entry)
    {
        if (_ring.Count == capacity)
        {
            _ring.Dequeue();
        }

        _ring.Enqueue(ToPoint(sequence, entry));
        LastSequence = sequence;
        LastEpoch = entry.Epoch;
        _newest = (entry.LeaseEpoch, entry.Ordinal);
        if (entry.Values.TryGetValue("map40", out double score) && double.IsFinite(score))
        {
            _curve[entry.Epoch] = score;
        }
    }

    private sealed record Entry(long LeaseEpoch, long Ordinal, int Epoch, long Step, Dictionary<string, double> Values, DateTimeOffset At);
}
