using System.Collections.Concurrent;

namespace VinCxr.Server.Security.Keys;

/// <summary>
/// Keys as they were read a moment ago, so that not every request asks the store. A key revoked elsewhere opens nothing after <see cref="Freshness"/>, one
/// revoked here at once. Only keys that exist are kept, so that strangers cannot fill it.
/// </summary>
public sealed class ApiKeyCache(IApiKeyStore store, TimeProvider clock)
{
    /// <summary>Below the 5 s within which a revocation is promised to hold, by what a slow store takes.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <returns>The key, ended or not, or null when there is none.</returns>
    /// <exception cref="VinCxr.Core.StoreException">The store does not answer; nobody is let in then.</exception>
    public async ValueTask<ApiKey?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        if (FindFresh(id) is { } fresh)
        {
            return fresh;
        }

        // From before the read: what changes during it must not count as fresh for longer.
        long readAt = clock.GetTimestamp();
        var key = await store.FindAsync(id, cancellationToken);
        if (key is null)
        {
            _entries.TryRemove(id, out _);
        }
        else
        {
            _entries[id] = new Entry(key, readAt);
        }

        return key;
    }

    /// <returns>The key if it was read a moment ago, else null.</returns>
    public ApiKey? FindFresh(string id) => _entries.TryGetValue(id, out var entry) && clock.GetElapsedTime(entry.ReadAt) < Freshness ? entry.Key : null;

    /// <returns>Whether a key is there and neither revoked nor expired.</returns>
    public async ValueTask<bool> IsLiveAsync(string id, CancellationToken cancellationToken = default) =>
        await FindAsync(id, cancellationToken) is { } key && key.Problem(clock.GetUtcNow()) is null;

    public void Forget(string id) => _entries.TryRemove(id, out _);

    private sealed record Entry(ApiKey Key, long ReadAt);
}
