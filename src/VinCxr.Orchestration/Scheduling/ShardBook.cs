using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>What is known of the prepared sets that waiting trials need.</summary>
internal sealed class ShardBook(IGrainFactory grains, TimeProvider time)
{
    /// <summary>A complete set may lose a shard at any time; whoever finds one missing reports it, so this need not be asked for with every lease.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (ShardSetStatus Status, long At)> _sets = new(StringComparer.Ordinal);

    /// <returns>The last word, or null.</returns>
    public ShardSetStatus? Find(string prepared) => _sets.TryGetValue(prepared, out var known) ? known.Status : null;

    public bool IsComplete(string prepared) => Find(prepared) is { IsComplete: true };

    public bool WasCompleteLately(string prepared) => IsComplete(prepared) && time.GetElapsedTime(_sets[prepared].At) < Fresh;

    /// <summary>Asks how far the set is, and for a shard to make.</summary>
    public async Task<ShardLease?> AskAsync(string prepared, LeaseRequest request)
    {
        var set = grains.GetGrain<IShardGrain>(prepared);
        var status = await set.GetAsync();
        _sets[prepared] = (status, time.GetTimestamp());
        return status.IsComplete ? null : await set.TryLeaseAsync(request);
    }

    /// <summary>Forgets sets that nothing waits for.</summary>
    public void Keep(IEnumerable<string> prepared)
    {
        var wanted = prepared.ToHashSet();
        foreach (string gone in _sets.Keys.Where(p => !wanted.Contains(p)).ToArray())
        {
            _sets.Remove(gone);
        }
    }
}
