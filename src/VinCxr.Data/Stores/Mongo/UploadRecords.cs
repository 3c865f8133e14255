using MongoDB.Bson;
using MongoDB.Driver;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>The chunks of an upload under way lie under <see cref="FilesId"/>.</summary>
/// <param name="ChunkBytes">As the first writer chose it.</param>
/// <param name="Written">The server's clock when last heard of.</param>
/// <param name="MayHaveChunks">Someone has begun it before.</param>
internal sealed record Upload(ObjectId FilesId, int ChunkBytes, DateTime Written, bool MayHaveChunks);

/// <summary>
/// Who writes chunks has a record <c>{_id: files_id, sha256?, chunkSize, written, removing?}</c>, written before the first chunk and removed after
/// the files document. Uploads of one content find each other by its sha256 and share the chunks: a later one goes on where an earlier one was
/// killed. A record marked <c>removing</c> has lost its sha256, so that nobody goes on with chunks that are being removed.
/// </summary>
internal sealed class UploadRecords(MongoSession session)
{
    private static readonly BsonDocument Now = new("written", true);

    /// <summary>Begins or goes on with the upload of known content.</summary>
    public Task<Upload> ClaimAsync(string sha256, CancellationToken cancellationToken)
    {
        var fresh = ObjectId.GenerateNewId();
        return session.Retry.RunAsync(() => UpsertAsync(new BsonDocument("sha256", sha256), fresh, cancellationToken), cancellationToken);
    }

    /// <summary>Begins an upload whose content is not known yet; nobody can go on with it.</summary>
    public Task<Upload> BeginAsync(CancellationToken cancellationToken)
    {
        var fresh = ObjectId.GenerateNewId();
        return session.Retry.RunAsync(() => UpsertAsync(new BsonDocument("_id", fresh), fresh, cancellationToken), cancellationToken);
    }

    /// <summary>Says that the upload goes on.</summary>
    /// <returns>The server's clock, or null when the upload was removed as abandoned or ended by another writer.</returns>
    public Task<DateTime?> TouchAsync(Upload upload, CancellationToken cancellationToken) => session.Retry.RunAsync<DateTime?>(
        async () => (await session.Uploads.FindOneAndUpdateAsync(
            Alive(upload.FilesId),
            new BsonDocument("$currentDate", Now),
            new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.After },
            cancellationToken).ConfigureAwait(false))?["written"].ToUniversalTime(),
        cancellationToken);

    /// <summary>Ends a published upload.</summary>
    /// <returns>False when the record was gone or is being removed: then the chunks may be, too.</returns>
    public Task<bool> EndAsync(Upload upload, CancellationToken cancellationToken) => session.Retry.RunAsync(
        async () => (await session.Uploads.DeleteOneAsync(Alive(upload.FilesId), cancellationToken).ConfigureAwait(false)).DeletedCount == 1,
        cancellationToken);

    /// <summary>Marks chunks as being removed, so that a removal that is cut short is finished later.</summary>
    public Task MarkAsync(ObjectId filesId, CancellationToken cancellationToken) => session.Retry.RunAsync(
        () => session.Uploads.UpdateOneAsync(
            new BsonDocument("_id", filesId), Removing, new UpdateOptions { IsUpsert = true }, cancellationToken),
        cancellationToken);

    /// <summary>Takes one upload nobody has written to since <paramref name="before"/>, or one whose removal was cut short.</summary>
    public Task<ObjectId?> TakeAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var old = new BsonDocument("written", new BsonDocument("$lt", before.UtcDateTime));
        var filter = new BsonDocument("$or", new BsonArray { old, new BsonDocument("removing", true) });
        return session.Retry.RunAsync(
            async () => (await session.Uploads.FindOneAndUpdateAsync(
                filter, Removing, new FindOneAndUpdateOptions<BsonDocument>(), cancellationToken).ConfigureAwait(false))?["_id"].AsObjectId,
            cancellationToken);
    }

    public Task ForgetAsync(ObjectId filesId, CancellationToken cancellationToken) => session.Retry.RunAsync(
        () => session.Uploads.DeleteOneAsync(new BsonDocument("_id", filesId), cancellationToken), cancellationToken);

    private static BsonDocument Removing => new()
    {
        { "$set", new BsonDocument("removing", true) }, { "$unset", new BsonDocument("sha256", "") }, { "$currentDate", Now },
    };

    private static BsonDocument Alive(ObjectId filesId) => new() { { "_id", filesId }, { "removing", BsonNull.Value } };

    private async Task<Upload> UpsertAsync(BsonDocument filter, ObjectId fresh, CancellationToken cancellationToken)
    {
        var initial = new BsonDocument("chunkSize", session.Options.ChunkBytes);
        if (!filter.Contains("_id"))
        {
            initial.Add("_id", fresh);
        }

        var update = new BsonDocument { { "$setOnInsert", initial }, { "$currentDate", Now } };
        while (true)
        {
            try
            {
                var found = await session.Uploads.FindOneAndUpdateAsync(
                    filter,
                    update,
                    new FindOneAndUpdateOptions<BsonDocument> { IsUpsert = true, ReturnDocument = ReturnDocument.After },
                    cancellationToken).ConfigureAwait(false);
                var filesId = found["_id"].AsObjectId;
                return new Upload(filesId, found["chunkSize"].AsInt32, found["written"].ToUniversalTime(), filesId != fresh);
            }
            catch (MongoCommandException error) when (MongoErrors.IsDuplicate(error))
            {
                // Two began the same content at once; the other's record is there now.
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }
}
