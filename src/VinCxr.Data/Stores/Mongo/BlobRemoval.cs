using MongoDB.Bson;
using MongoDB.Driver;
using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// Takes chunks away: of deleted blobs and of uploads that ended half way. An upload record is marked first, so that a removal cut short is
/// finished by the next, and an upload that wakes up after all sees that its record is gone.
/// </summary>
internal sealed class BlobRemoval(MongoSession session, UploadRecords records)
{
    private const int ScanBatch = 500;
    private static readonly BsonDocument ByChunk = new() { { "files_id", 1 }, { "n", 1 } };

    /// <summary>Deletes a visible blob: the files document first.</summary>
    public async Task DeleteAsync(ObjectId filesId, CancellationToken cancellationToken)
    {
        await records.MarkAsync(filesId, cancellationToken).ConfigureAwait(false);
        await DeleteFileAsync(filesId, cancellationToken).ConfigureAwait(false);
        await DeleteChunksAsync(filesId, cancellationToken).ConfigureAwait(false);
        await records.ForgetAsync(filesId, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes the chunks of an upload that will not be published.</summary>
    public async Task DiscardAsync(ObjectId filesId, CancellationToken cancellationToken)
    {
        await records.MarkAsync(filesId, cancellationToken).ConfigureAwait(false);
        await DeleteChunksAsync(filesId, cancellationToken).ConfigureAwait(false);
        await records.ForgetAsync(filesId, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="DiscardAsync"/>
    public async Task DiscardQuietlyAsync(ObjectId filesId)
    {
        try
        {
            await DiscardAsync(filesId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Left for RemoveAbandonedAsync; the error that brought us here matters more.
        }
    }

    /// <returns>Bytes freed.</returns>
    public async Task<long> RemoveAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        long freed = 0;
        while (await records.TakeAbandonedAsync(before, cancellationToken).ConfigureAwait(false) is { } filesId)
        {
            // Published, and only its record left behind: nothing is abandoned.
            if (!await IsPublishedAsync(filesId, cancellationToken).ConfigureAwait(false))
            {
                freed += await DeleteChunksAsync(filesId, cancellationToken).ConfigureAwait(false);

                // Published between the question and the deletion, by a writer that slept since before: it finds its record gone and puts again.
                await DeleteFileAsync(filesId, cancellationToken).ConfigureAwait(false);
            }

            await records.ForgetAsync(filesId, cancellationToken).ConfigureAwait(false);
        }

        return freed + await RemoveUnknownAsync(before, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Chunks with neither a record nor a files document: another tool's, or of a writer that slept while its upload was removed.</summary>
    private async Task<long> RemoveUnknownAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        long freed = 0;
        var suspects = new List<BsonValue>();
        BsonValue last = BsonMinKey.Value;
        while (await FindNextAsync(last, cancellationToken).ConfigureAwait(false) is { } chunk)
        {
            last = chunk["files_id"];
            if (chunk["_id"] is BsonObjectId id && id.Value.CreationTime < before.UtcDateTime)
            {
                suspects.Add(last);
            }

            if (suspects.Count == ScanBatch)
            {
                freed += await RemoveUnknownAsync(suspects, cancellationToken).ConfigureAwait(false);
                suspects.Clear();
            }
        }

        return freed + await RemoveUnknownAsync(suspects, cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> RemoveUnknownAsync(List<BsonValue> suspects, CancellationToken cancellationToken)
    {
        if (suspects.Count == 0)
        {
            return 0;
        }

        // Records before files: a blob is published before its record goes.
        var known = await FindIdsAsync(session.Uploads, suspects, cancellationToken).ConfigureAwait(false);
        known.UnionWith(await FindIdsAsync(session.Files, suspects, cancellationToken).ConfigureAwait(false));
        long freed = 0;
        foreach (var filesId in suspects.Where(s => !known.Contains(s)))
        {
            freed += await DeleteChunksAsync(filesId, cancellationToken).ConfigureAwait(false);
        }

        return freed;
    }

    /// <summary>The first chunk of the next file: one seek in the index per file, however many chunks it has.</summary>
    private Task<BsonDocument?> FindNextAsync(BsonValue after, CancellationToken cancellationToken)
    {
        var filter = after.IsBsonMinKey ? [] : new BsonDocument("files_id", new BsonDocument("$gt", after));
        return session.Retry.RunAsync<BsonDocument?>(
            async () => await session.Chunks.Find(filter).Sort(ByChunk).Limit(1).Project(new BsonDocument("files_id", 1))
                .FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false),
            cancellationToken);
    }

    private Task<HashSet<BsonValue>> FindIdsAsync(
        IMongoCollection<BsonDocument> collection, List<BsonValue> ids, CancellationToken cancellationToken) => session.Retry.RunAsync(
        async () =>
        {
            var filter = new BsonDocument("_id", new BsonDocument("$in", new BsonArray(ids)));
            var found = await collection.Find(filter).Project(new BsonDocument("_id", 1)).ToListAsync(cancellationToken).ConfigureAwait(false);
            return found.Select(d => d["_id"]).ToHashSet();
        },
        cancellationToken);

    /// <returns>Bytes freed, from the number of chunks and the sizes of the first and the last.</returns>
    private async Task<long> DeleteChunksAsync(BsonValue filesId, CancellationToken cancellationToken)
    {
        var filter = new BsonDocument("files_id", filesId);
        long count = await session.CountChunksAsync(filesId, cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            return 0;
        }

        long first = await SizeAsync(1).ConfigureAwait(false), last = await SizeAsync(-1).ConfigureAwait(false);
        await session.Retry.RunAsync(() => session.Chunks.DeleteManyAsync(filter, cancellationToken), cancellationToken).ConfigureAwait(false);
        return ((count - 1) * first) + last;

        Task<long> SizeAsync(int direction) => session.Retry.RunAsync<long>(
            async () => (await session.Chunks.Find(filter).Sort(new BsonDocument("n", direction)).Limit(1).FirstOrDefaultAsync(cancellationToken)
                .ConfigureAwait(false))?["data"].AsByteArray.Length ?? 0,
            cancellationToken);
    }

    private Task<DeleteResult> DeleteFileAsync(ObjectId filesId, CancellationToken cancellationToken) => session.Retry.RunAsync(
        () => session.Files.DeleteOneAsync(new BsonDocument("_id", filesId), cancellationToken), cancellationToken);

    private Task<bool> IsPublishedAsync(ObjectId filesId, CancellationToken cancellationToken) => session.Retry.RunAsync(
        () => session.Latest(session.Files).Find(new BsonDocument("_id", filesId)).Limit(1).AnyAsync(cancellationToken), cancellationToken);
}
