using System.Runtime.CompilerServices;
using System.Text;
using MongoDB.Bson;
using MongoDB.Driver;
using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// Documents <c>{collection, id, json, etag, past}</c>. <c>past</c> holds the etags of the last writes, so that a put whose reply was lost finds
/// out that it was applied even when others have written since.
/// </summary>
internal sealed class MongoDocumentStore(MongoSession session) : IDocumentStore
{
    private const int PageDocuments = 500;
    private const int PastEtags = 16;
    private const int MaxJsonBytes = 15_900_000;

    public Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken = default) => session.Retry.RunAsync(
        async () => await FindRawAsync(collection, id, cancellationToken).ConfigureAwait(false) is { } found ? ToDocument(found) : null,
        cancellationToken);

    public async Task<string> PutAsync(
        string collection, string id, string json, string? expectedEtag, CancellationToken cancellationToken = default)
    {
        if (Encoding.UTF8.GetByteCount(json) is var bytes && bytes > MaxJsonBytes)
        {
            throw new StoreException($"document '{collection}/{id}' has {bytes} bytes, MongoDB takes up to {MaxJsonBytes}; store it as a blob");
        }

        // Random, so that a document deleted and made again never has an etag it had before.
        string etag = Guid.NewGuid().ToString("N");
        bool isWritten = await session.Retry.RunAsync(
            async _ => await TryWriteAsync(collection, id, json, expectedEtag, etag, cancellationToken).ConfigureAwait(false)
                || await IsAppliedAsync(collection, id, etag, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return isWritten ? etag : throw new ConflictException(expectedEtag is null
            ? $"document '{collection}/{id}' exists already; read it and try again"
            : $"document '{collection}/{id}' was changed or deleted by someone else; read it and try again");
    }

    public Task DeleteAsync(string collection, string id, CancellationToken cancellationToken = default) => session.Retry.RunAsync(
        () => session.Documents.DeleteOneAsync(Key(collection, id), cancellationToken), cancellationToken);

    public IAsyncEnumerable<string> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        session.ListDistinctAsync(session.Documents, "collection", cancellationToken);

    public async IAsyncEnumerable<StoredDocument> ListAsync(
        string collection, string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // MongoDB compares strings by their UTF-8 bytes, which is the order of their code points.
        var range = new BsonDocument("$gte", prefix);
        if (After(prefix) is { } end)
        {
            range.Add("$lt", end);
        }

        List<BsonDocument> page;
        do
        {
            page = await session.Retry.RunAsync(
                () => session.Documents.Find(Key(collection, range)).Sort(new BsonDocument("id", 1)).Limit(PageDocuments)
                    .Project(new BsonDocument { { "_id", 0 }, { "id", 1 }, { "json", 1 }, { "etag", 1 } }).ToListAsync(cancellationToken),
                cancellationToken).ConfigureAwait(false);
            foreach (var document in page.Select(ToDocument))
            {
                yield return document;
                range = new BsonDocument(range.Where(e => e.Name == "$lt")) { { "$gt", document.Id } };
            }
        }
        while (page.Count == PageDocuments);
    }

    /// <summary>The smallest string above all that start with <paramref name="prefix"/>, or null when there is none.</summary>
    internal static string? After(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0 && runes[^1].Value == 0x10FFFF)
        {
            runes.RemoveAt(runes.Count - 1);
        }

        if (runes.Count == 0)
        {
            return null;
        }

        int next = runes[^1].Value + 1;
        runes[^1] = new Rune(next == 0xD800 ? 0xE000 : next);
        return string.Concat(runes);
    }

    private async Task<bool> TryWriteAsync(
        string collection, string id, string json, string? expectedEtag, string etag, CancellationToken cancellationToken)
    {
        var update = new BsonDocument
        {
            { "$set", new BsonDocument { { "json", json }, { "etag", etag } } },
            { "$push", new BsonDocument("past", new BsonDocument { { "$each", new BsonArray { etag } }, { "$slice", -PastEtags } }) },
        };
        try
        {
            if (expectedEtag is null)
            {
                var document = new BsonDocument
                {
                    { "collection", collection }, { "id", id }, { "json", json }, { "etag", etag }, { "past", new BsonArray { etag } },
                };
                await session.Documents.InsertOneAsync(document, cancellationToken: cancellationToken).ConfigureAwait(false);
                return true;
            }

            if (expectedEtag == "*")
            {
                await UpsertAsync(Key(collection, id), update, cancellationToken).ConfigureAwait(false);
                return true;
            }

            var filter = Key(collection, id).Add("etag", expectedEtag);
            return (await session.Documents.UpdateOneAsync(filter, update, cancellationToken: cancellationToken).ConfigureAwait(false)).MatchedCount == 1;
        }
        catch (MongoWriteException error) when (MongoErrors.IsDuplicate(error))
        {
            return false;
        }
    }

    /// <summary>Two upserts of a new document may both try to insert it; the one that loses finds it there when it tries again.</summary>
    private async Task UpsertAsync(BsonDocument key, BsonDocument update, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await session.Documents.UpdateOneAsync(key, update, new UpdateOptions { IsUpsert = true }, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MongoWriteException error) when (MongoErrors.IsDuplicate(error))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<bool> IsAppliedAsync(string collection, string id, string etag, CancellationToken cancellationToken) =>
        await session.Latest(session.Documents).Find(Key(collection, id).Add("past", etag)).Limit(1).AnyAsync(cancellationToken).ConfigureAwait(false);

    private async Task<BsonDocument?> FindRawAsync(string collection, string id, CancellationToken cancellationToken) =>
        await session.Documents.Find(Key(collection, id)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);

    private static BsonDocument Key(string collection, BsonValue id) => new() { { "collection", collection }, { "id", id } };

    private static StoredDocument ToDocument(BsonDocument found) => new(found["id"].AsString, found["json"].AsString, found["etag"].AsString);
}
