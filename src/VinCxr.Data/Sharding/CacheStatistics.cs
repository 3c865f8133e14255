namespace VinCxr.Data.Sharding;

/// <param name="Path">Complete local copy.</param>
/// <param name="BytesFetched">0 when it was there already.</param>
/// <param name="BytesReread">As <paramref name="BytesFetched"/> when it had been fetched before and was evicted or damaged since, else 0.</param>
public readonly record struct CachedCopy(string Path, long BytesFetched, long BytesReread);

/// <summary>What a node's cache did so far.</summary>
/// <param name="Hits">Copies that were there when wanted.</param>
/// <param name="Misses">Copies fetched while somebody waited.</param>
/// <param name="BytesFetched">Bytes read from the store, those fetched ahead included.</param>
/// <param name="BytesReread">Part of these that had been fetched before.</param>
/// <param name="Prefetched">Copies fetched ahead of their use.</param>
public sealed record CacheStatistics(long Hits, long Misses, long BytesFetched, long BytesReread, long Prefetched, long Evictions);

/// <summary>Counts of one <see cref="NodeCache"/>; thread-safe.</summary>
internal sealed class CacheCounters
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _fetchedOnce = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _ahead = new(StringComparer.Ordinal);
    private CacheStatistics _counts = new(0, 0, 0, 0, 0, 0);

    /// <summary>Bytes fetched ahead and not used yet.</summary>
    public long BytesAhead
    {
        get
        {
            lock (_lock)
            {
                return _ahead.Values.Sum();
            }
        }
    }

    public CacheStatistics Read()
    {
        lock (_lock)
        {
            return _counts;
        }
    }

    public void Hit(string blobId)
    {
        lock (_lock)
        {
            _ahead.Remove(blobId);
            _counts = _counts with { Hits = _counts.Hits + 1 };
        }
    }

    /// <returns>True when the blob had been fetched before.</returns>
    public bool Missed(string blobId, long bytes)
    {
        lock (_lock)
        {
            _counts = _counts with { Misses = _counts.Misses + 1 };
            return Fetched(blobId, bytes);
        }
    }

    public void FetchedAhead(string blobId, long bytes)
    {
        lock (_lock)
        {
            _ahead[blobId] = bytes;
            _counts = _counts with { Prefetched = _counts.Prefetched + 1 };
            Fetched(blobId, bytes);
        }
    }

    public void Evicted(string blobId)
    {
        lock (_lock)
        {
            _ahead.Remove(blobId);
            _counts = _counts with { Evictions = _counts.Evictions + 1 };
        }
    }

    private bool Fetched(string blobId, long bytes)
    {
        bool again = !_fetchedOnce.Add(blobId);
        _counts = _counts with { BytesFetched = _counts.BytesFetched + bytes, BytesReread = _counts.BytesReread + (again ? bytes : 0) };
        return again;
    }
}
