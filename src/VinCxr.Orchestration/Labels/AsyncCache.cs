using System.Collections.Concurrent;

namespace VinCxr.Orchestration.Labels;

/// <summary>The last few results of a computation, each made once however many ask at the same time. Thread-safe.</summary>
/// <param name="capacity">Results kept, at least 1; one more, and all are forgotten.</param>
public sealed class AsyncCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TValue>>> _entries = new();

    /// <param name="load">Makes the value; what it throws is not kept.</param>
    public async Task<TValue> GetOrAddAsync(TKey key, Func<TKey, Task<TValue>> load)
    {
        if (_entries.Count >= capacity && !_entries.ContainsKey(key))
        {
            _entries.Clear();
        }

        var entry = _entries.GetOrAdd(key, k => new Lazy<Task<TValue>>(() => load(k)));
        try
        {
            return await entry.Value;
        }
        catch
        {
            // A store that was away for a moment must not be remembered as an answer.
            _entries.TryRemove(new KeyValuePair<TKey, Lazy<Task<TValue>>>(key, entry));
            throw;
        }
    }
}
