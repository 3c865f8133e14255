using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Orchestration.Sharding;

/// <summary>Who makes which shard now, and what each node did so far. In memory, as are the leases' epochs.</summary>
internal sealed class ShardLeases(TimeSpan ttl, TimeProvider time)
{
    private readonly Dictionary<int, Lease> _leases = [];
    private readonly SortedDictionary<string, (int Shards, ShardWork Done)> _made = new(StringComparer.Ordinal);

    // Epochs of an earlier activation must not come back.
    private long _lastEpoch = time.GetUtcNow().Ticks;

    public int ImagesInTheMaking => _leases.Values.Sum(l => l.Work.Images);

    /// <returns>The epoch of a new lease, or null while another holds the shard.</returns>
    public long? TryTake(int index, LeaseRequest request)
    {
        if (_leases.TryGetValue(index, out var lease) && time.GetElapsedTime(lease.RenewedAt) < ttl)
        {
            return null;
        }

        _leases[index] = new Lease(request.Node, ++_lastEpoch, time.GetTimestamp(), default);
        return _lastEpoch;
    }

    public bool Holds(int index, long leaseEpoch) => _leases.TryGetValue(index, out var lease) && lease.Epoch == leaseEpoch;

    /// <param name="work">Null leaves what was told before.</param>
    /// <exception cref="ConflictException">The lease is stale.</exception>
    public void Renew(int index, long leaseEpoch, ShardWork? work = null)
    {
        if (!Holds(index, leaseEpoch))
        {
            throw new ConflictException($"lease {leaseEpoch} of shard {index} is stale; stop working on it");
        }

        _leases[index] = _leases[index] with { RenewedAt = time.GetTimestamp(), Work = work ?? _leases[index].Work };
    }

    public void End(int index) => _leases.Remove(index);

    /// <summary>Ends the lease and counts its work for its node.</summary>
    public void Complete(int index)
    {
        if (_leases.Remove(index, out var lease))
        {
            var (shards, done) = _made.GetValueOrDefault(lease.Node);
            _made[lease.Node] = (shards + 1, Sum(done, lease.Work));
        }
    }

    public void ForgetNodes() => _made.Clear();

    public ShardNodeWork[] Nodes()
    {
        var nodes = new SortedDictionary<string, ShardNodeWork>(_made.ToDictionary(m => m.Key, m => new ShardNodeWork(m.Key, m.Value.Shards, 0, m.Value.Done)), StringComparer.Ordinal);
        foreach (var lease in _leases.Values)
        {
            var node = nodes.GetValueOrDefault(lease.Node) ?? new ShardNodeWork(lease.Node, 0, 0, default);
            nodes[lease.Node] = node with { Making = node.Making + 1, Done = Sum(node.Done, lease.Work) };
        }

        return [.. nodes.Values];
    }

    private static ShardWork Sum(ShardWork a, ShardWork b) => new(a.Images + b.Images, a.SourceBytes + b.SourceBytes, a.StoredBytes + b.StoredBytes);

    private sealed record Lease(string Node, long Epoch, long RenewedAt, ShardWork Work);
}
