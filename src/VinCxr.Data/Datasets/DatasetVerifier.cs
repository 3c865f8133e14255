using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

public enum BlobRole
{
    Image,
    PreparedShard,
}

public enum BlobProblem
{
    /// <summary>Not in the store.</summary>
    Missing,

    /// <summary>Its bytes no longer have the sha256 that names it.</summary>
    Damaged,
}

/// <param name="Name">Image id, or document id of a prepared shard.</param>
public sealed record BadBlob(BlobRole Role, string Name, string BlobId, BlobProblem Problem);

/// <param name="Done">Blobs read back.</param>
public sealed record VerifyProgress(int Done, int Total, long BytesDone, long BytesTotal, int Bad);

/// <param name="Intact">Images that are whole.</param>
/// <param name="Shards">Prepared shards of the data set, whole or not.</param>
/// <param name="Bad">Images in id order, then shards; empty when the data set is whole.</param>
public sealed record VerifyReport(int Intact, int Shards, IReadOnlyList<BadBlob> Bad);

/// <summary>
/// Reads every image and every prepared shard of a data set back and compares its sha256 with its name. The manifest needs no second look: the
/// catalog gives none that is damaged.
/// </summary>
public sealed class DatasetVerifier(IStore store)
{
    /// <param name="removeDamaged">
    /// Deletes damaged blobs, which are worth nothing, and the records of lost shards, so that the next ingest and prepare make them again.
    /// </param>
    /// <param name="parallelism">Blobs read at once; 0 means one per core.</param>
    public async Task<VerifyReport> RunAsync(
        DatasetManifest manifest, bool removeDamaged = false, int parallelism = 0, IProgress<VerifyProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var ids = manifest.ImageIds();
        var prepared = await PreparedRecords.ListAsync(store, cancellationToken).ConfigureAwait(false);
        Item[] items =
        [
            .. manifest.Images.Select(i => new Item(BlobRole.Image, i.ImageId, i.BlobId, i.Length)),
            .. prepared.Where(p => p.Shard.BelongsTo(ids)).Select(p => new Item(BlobRole.PreparedShard, p.DocumentId, p.Shard.BlobId, p.Shard.Length)),
        ];
        var bad = await CheckAllAsync(items, removeDamaged, parallelism, progress, cancellationToken).ConfigureAwait(false);
        return new VerifyReport(
            manifest.Images.Count - bad.Count(b => b.Role == BlobRole.Image),
            items.Length - manifest.Images.Count,
            [.. bad.OrderBy(b => b.Role).ThenBy(b => b.Name, StringComparer.Ordinal)]);
    }

    private async Task<List<BadBlob>> CheckAllAsync(
        Item[] items, bool removeDamaged, int parallelism, IProgress<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        var gate = new Lock();
        var bad = new List<BadBlob>();
        int done = 0;
        long bytes = 0, total = items.Sum(i => i.Length);
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = parallelism > 0 ? parallelism : Environment.ProcessorCount,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(items, options, async (item, token) =>
        {
            var problem = await CheckAsync(item, token).ConfigureAwait(false);
            if (problem is not null && removeDamaged)
            {
                await RemoveAsync(item, token).ConfigureAwait(false);
            }

            lock (gate)
            {
                if (problem is { } found)
                {
                    bad.Add(new BadBlob(item.Role, item.Name, item.BlobId, found));
                }

                bytes += item.Length;
                progress?.Report(new VerifyProgress(++done, items.Length, bytes, total, bad.Count));
            }
        }).ConfigureAwait(false);
        return bad;
    }

    private async Task RemoveAsync(Item item, CancellationToken cancellationToken)
    {
        if (item.Role == BlobRole.PreparedShard)
        {
            await store.Documents.DeleteAsync(PreparedRecords.Collection, item.Name, cancellationToken).ConfigureAwait(false);
        }

        await store.Blobs.DeleteAsync(item.BlobId, cancellationToken).ConfigureAwait(false);
    }

    private async Task<BlobProblem?> CheckAsync(Item item, CancellationToken cancellationToken)
    {
        try
        {
            return await store.Blobs.VerifyAsync(item.BlobId, cancellationToken).ConfigureAwait(false) ? null : BlobProblem.Damaged;
        }
        catch (NotFoundException)
        {
            return BlobProblem.Missing;
        }
    }

    private sealed record Item(BlobRole Role, string Name, string BlobId, long Length);
}
