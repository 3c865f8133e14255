using MongoDB.Bson;
using MongoDB.Driver;
using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>Indexes and the document that says which version of the layout a database has.</summary>
internal static class MongoSchema
{
    public const int Version = 1;
    private const string Id = "store";

    /// <exception cref="StoreException">No store there (without <paramref name="create"/>), a newer schema, or someone else's GridFS.</exception>
    public static async Task OpenAsync(MongoSession session, bool create, CancellationToken cancellationToken)
    {
        var found = await FindAsync(session, cancellationToken).ConfigureAwait(false);
        if (found is not null)
        {
            Check(session, found);
        }
        else if (!create)
        {
            throw new StoreException(
                $"store '{session.Store}': the server is there but the database holds no store; check its name, or create a store with "
                + "'vincxr dataset ingest'");
        }

        if (create)
        {
            await CreateAsync(session, isNew: found is null, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Task<BsonDocument?> FindAsync(MongoSession session, CancellationToken cancellationToken) => session.Retry.RunAsync<BsonDocument?>(
        async () => await session.Schema.Find(new BsonDocument("_id", Id)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false),
        cancellationToken);

    private static void Check(MongoSession session, BsonDocument found)
    {
        int version = found.GetValue("schema", 0).ToInt32();
        if (version > Version)
        {
            throw new StoreException(
                $"store '{session.Store}' has schema {version}, this build knows up to {Version}; use the newer vincxr that wrote it, or another store");
        }
    }

    /// <summary>The document comes last: where it is, the indexes are too. Safe when several processes do so at once.</summary>
    private static async Task CreateAsync(MongoSession session, bool isNew, CancellationToken cancellationToken)
    {
        if (isNew && await session.Retry.RunAsync(
            () => session.Files.Find(FilterDefinition<BsonDocument>.Empty).Limit(1).AnyAsync(cancellationToken), cancellationToken).ConfigureAwait(false)
            && await FindAsync(session, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new StoreException($"store '{session.Store}': the database holds some other program's GridFS files; name another database");
        }

        await IndexAsync(session, session.Chunks, cancellationToken, Unique("files_id", "n")).ConfigureAwait(false);
        await IndexAsync(session, session.Files, cancellationToken, Unique("filename"), Plain("metadata.pairs")).ConfigureAwait(false);
        await IndexAsync(session, session.Uploads, cancellationToken, Unique(sparse: true, "sha256"), Plain("written")).ConfigureAwait(false);
        await IndexAsync(session, session.Documents, cancellationToken, Unique("collection", "id")).ConfigureAwait(false);
        await IndexAsync(session, session.Logs, cancellationToken, Unique("log", "first"), Plain("log", "last")).ConfigureAwait(false);
        var update = new BsonDocument("$setOnInsert", new BsonDocument("schema", Version));
        await session.Retry.RunAsync(() => UpsertAsync(session, update, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private static async Task UpsertAsync(MongoSession session, BsonDocument update, CancellationToken cancellationToken)
    {
        try
        {
            await session.Schema.UpdateOneAsync(new BsonDocument("_id", Id), update, new UpdateOptions { IsUpsert = true }, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (MongoWriteException error) when (MongoErrors.IsDuplicate(error))
        {
            // Another process was a moment faster.
        }
    }

    private static Task<IEnumerable<string>> IndexAsync(
        MongoSession session,
        IMongoCollection<BsonDocument> collection,
        CancellationToken cancellationToken,
        params CreateIndexModel<BsonDocument>[] indexes) =>
        session.Retry.RunAsync(() => collection.Indexes.CreateManyAsync(indexes, cancellationToken), cancellationToken);

    private static CreateIndexModel<BsonDocument> Plain(params string[] fields) => new(Keys(fields));

    private static CreateIndexModel<BsonDocument> Unique(params string[] fields) => Unique(sparse: false, fields);

    private static CreateIndexModel<BsonDocument> Unique(bool sparse, params string[] fields) =>
        new(Keys(fields), new CreateIndexOptions { Unique = true, Sparse = sparse ? true : null });

    private static BsonDocumentIndexKeysDefinition<BsonDocument> Keys(string[] fields) => new(new BsonDocument(fields.Select(f => new BsonElement(f, 1))));
}
