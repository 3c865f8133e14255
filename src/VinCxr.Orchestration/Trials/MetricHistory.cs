using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Trials;

/// <summary>
/// Which points of a trial's raw metric log count: one for each epoch and step, of the newest lease that reached it. A lease that goes on from
/// epoch e supersedes all that earlier leases said beyond e; what an earlier lease says after that never counts.
/// </summary>
internal sealed class MetricHistory(int capacity)
{
    private readonly LinkedList<MetricPoint> _newestPoints = [];
    private readonly SortedDictionary<int, double> _curve = [];

    private (long LeaseEpoch, long Ordinal) _newest;
    private bool _forgot;

    /// <summary>Sequence number of the newest entry of the log, 0 before the first.</summary>
    public long LastSequence { get; private set; }

    public int LastEpoch { get; private set; }

    public double? PeakMemoryMb { get; private set; }

    /// <summary>Interim scores by epoch, ascending.</summary>
    public CurvePoint[] Curve => [.. _curve.Select(p => new CurvePoint(p.Key, p.Value))];

    public MetricDigest Digest => new(LastSequence, LastEpoch, Curve, PeakMemoryMb);

    /// <summary>True when the lease said this already, or a later one has spoken since.</summary>
    public bool Knows(long leaseEpoch, long ordinal) => (leaseEpoch, ordinal).CompareTo(_newest) <= 0;

    /// <summary>True when a lease must say where it goes on from, because earlier ones spoke.</summary>
    public bool MustMark(long leaseEpoch) => _newest.LeaseEpoch > 0 && _newest.LeaseEpoch < leaseEpoch;

    /// <summary>A lease goes on from this many epochs.</summary>
    public void Resume(long sequence, long leaseEpoch, int epoch)
    {
        LastSequence = sequence;
        if (leaseEpoch > _newest.LeaseEpoch)
        {
            Supersede(leaseEpoch, epoch + 1, 0);
            LastEpoch = epoch;
        }
    }

    public void Add(MetricPoint point, long ordinal)
    {
        LastSequence = point.Sequence;
        if (Knows(point.LeaseEpoch, ordinal))
        {
            return;
        }

        if (point.LeaseEpoch > _newest.LeaseEpoch)
        {
            Supersede(point.LeaseEpoch, point.Epoch, point.Step);
        }

        (_newest, LastEpoch) = ((point.LeaseEpoch, ordinal), point.Epoch);
        if (_newestPoints.Count == capacity)
        {
            _newestPoints.RemoveFirst();
            _forgot = true;
        }

        _newestPoints.AddLast(point);
        if (point.Values.TryGetValue("map40", out double score) && double.IsFinite(score))
        {
            _curve[point.Epoch] = score;
        }

        if (point.Values.TryGetValue("memory_mb", out double memory) && double.IsFinite(memory))
        {
            PeakMemoryMb = Math.Max(PeakMemoryMb ?? 0, memory);
        }
    }

    /// <returns>The points after a sequence number that count, or null when they reach further back than memory does.</returns>
    public MetricPoint[]? TryRead(long afterSequence, int limit)
    {
        bool isAll = !_forgot || _newestPoints.First?.Value.Sequence <= afterSequence + 1;
        return isAll ? [.. _newestPoints.Where(p => p.Sequence > afterSequence).Take(limit)] : null;
    }

    private void Supersede(long leaseEpoch, int epoch, long step)
    {
        _newest = (leaseEpoch, 0);
        for (var node = _newestPoints.First; node is not null;)
        {
            var next = node.Next;
            if ((node.Value.Epoch, node.Value.Step).CompareTo((epoch, step)) >= 0)
            {
                _newestPoints.Remove(node);
            }

            node = next;
        }

        foreach (int superseded in _curve.Keys.Where(e => e >= epoch).ToArray())
        {
            _curve.Remove(superseded);
        }
    }
}
