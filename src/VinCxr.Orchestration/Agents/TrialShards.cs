using System.Collections.Concurrent;
using VinCxr.Contracts.Sharding;
using VinCxr.Core;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Agents;

/// <summary>A prepared shard is gone from the store and is being made again; whoever needs it waits for its set.</summary>
internal sealed class LostShardException(string message) : VinCxrException(message);

/// <summary>Brings the shards of trials into the node's cache, and finds those that are damaged in the store or on this disk.</summary>
internal sealed class TrialShards(IGrainFactory grains, IStore store, NodeCache cache, HeldSets held)
{
    private readonly ConcurrentDictionary<string, int> _dropped = new(StringComparer.Ordinal);

    /// <returns>Local paths, in order.</returns>
    /// <exception cref="LostShardException">A shard is missing or was damaged in the store; its set knows.</exception>
    /// <exception cref="StoreException">The set is broken for good, or the store or the cache's disk has trouble.</exception>
    public async Task<IReadOnlyList<string>> FetchAsync(PreparedKey key, int count, Action<string> log, CancellationToken cancellationToken)
    {
        var builder = new ShardBuilder(store);
        List<CachedCopy> copies = [];
        List<string> blobs = [];
        for (int index = 0; index < count; index++)
        {
            var shard = await builder.FindAsync(key, index, cancellationToken) ?? throw await LostAsync(key, index, "is missing");
            try
            {
                copies.Add(await cache.TakeAsync(store, shard.BlobId, cancellationToken));
                blobs.Add(shard.BlobId);
            }
            catch (VinCxrException) when (!cancellationToken.IsCancellationRequested)
            {
                // The cache removes a blob that is damaged in the store; anything else is not for the set to mend.
                if (await builder.FindAsync(key, index, cancellationToken) is not null)
                {
                    throw;
                }

                throw await LostAsync(key, index, "was damaged in the store");
            }
        }

        held.Know(key.Id, blobs);
        log(Describe(copies));
        return [.. copies.Select(c => c.Path)];
    }

    /// <summary>After a trainer could not read its data: drops local copies that are damaged, so that the next attempt fetches them again.</summary>
    /// <returns>What was found, or null when the copies are sound.</returns>
    /// <exception cref="StoreException">A copy was damaged again after it had been fetched anew.</exception>
    public async Task<string?> DropDamagedAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        List<string> dropped = [];
        foreach (string blob in paths.Select(p => Path.GetFileName(p)))
        {
            if (await cache.DropIfDamagedAsync(blob, cancellationToken))
            {
                dropped.Add(blob);
            }
        }

        if (dropped.Find(b => _dropped.AddOrUpdate(b, 1, (_, times) => times + 1) > 1) is { } again)
        {
            throw new StoreException($"the cached copy of prepared shard {again} was damaged again after it had been fetched anew; check the disk of the node's cache");
        }

        return dropped.Count == 0 ? null : $"{dropped.Count} cached shard{(dropped.Count == 1 ? " was" : "s were")} damaged on this node's disk; fetching again";
    }

    private async Task<VinCxrException> LostAsync(PreparedKey key, int index, string what)
    {
        var status = await grains.GetGrain<IShardGrain>(key.Id).ReportLostAsync(index);
        return status.Error is { } error ? new StoreException(error) : new LostShardException($"image shard {index} {what} and is made again");
    }

    private static string Describe(List<CachedCopy> copies)
    {
        long fetched = copies.Sum(c => c.BytesFetched), reread = copies.Sum(c => c.BytesReread);
        string again = reread > 0 ? $", {Megabytes(reread)} of it read again" : "";
        return $"-- {copies.Count(c => c.BytesFetched == 0)} of {copies.Count} image shards were on this node, fetched {Megabytes(fetched)}{again}";
    }

    private static string Megabytes(long bytes) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
