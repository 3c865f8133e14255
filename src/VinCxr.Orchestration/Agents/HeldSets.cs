using VinCxr.Contracts.Nodes;
using VinCxr.Data.Sharding;

namespace VinCxr.Orchestration.Agents;

/// <summary>Which prepared sets lie in the node's cache, of those that the agent has had to do with. Thread-safe.</summary>
internal sealed class HeldSets(NodeCache cache, TimeProvider time)
{
    private const int Kept = 32;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly OrderedDictionary<string, string[]> _sets = new(StringComparer.Ordinal);
    private HeldSet[] _held = [];
    private long? _bytes;
    private long? _lookedAt;

    /// <summary>Shards of a set, by blob; the set becomes the newest.</summary>
    public void Know(string preparedId, IEnumerable<string> blobs)
    {
        lock (_lock)
        {
            _sets.Remove(preparedId);
            _sets.Add(preparedId, [.. blobs]);
            if (_sets.Count > Kept)
            {
                _sets.RemoveAt(0);
            }

            _lookedAt = null;
        }
    }

    public HeldSet[] Current()
    {
        lock (_lock)
        {
            Look();
            return _held;
        }
    }

    /// <returns>Bytes in the cache, of all sets; null when its folder cannot be read.</returns>
    public long? Bytes()
    {
        lock (_lock)
        {
            Look();
            return _bytes;
        }
    }

    private void Look()
    {
        if (_lookedAt is not { } at || time.GetElapsedTime(at) >= LookInterval)
        {
            _held = [.. _sets.Select(s => new HeldSet(s.Key, s.Value.Count(cache.Contains), s.Value.Length)).Where(h => h.Shards > 0)];
            _bytes = cache.MeasureBytes();
            _lookedAt = time.GetTimestamp();
        }
    }
}
