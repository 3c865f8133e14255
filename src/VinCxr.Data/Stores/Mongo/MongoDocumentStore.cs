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
internal sealed class MongoDocumentStore : IDocumentStore, IAsyncDisposable
{
    private const int PageDocuments = 500;
    private const int MaxJsonBytes = 15_900_000;

    private readonly MongoSession _session;
    private readonly GroupCommit<DocumentPut, bool> _group;

    public MongoDocumentStore(MongoSession session)
    {
        _session = session;
        _group = new GroupCommit<DocumentPut, bool>(new MongoDocumentWriter(session).FlushAsync, mergesKeys: false);
    }

    public Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken = default) => _session.Retry.RunAsync(
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
        var put = new DocumentPut(collection, id, json, expectedEtag, Guid.NewGuid().ToString("N"));
        return await _group.RunAsync($"{collection}\0{id}", put, bytes, cancellationToken).ConfigureAwait(false)
            ? put.Etag
            : throw new ConflictException(expectedEtag is null
                ? $"document '{collection}/{id}' exists already; read it and try again"
                : $"document '{collection}/{id}' was changed or deleted by someone else; read it and try again");
    }

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    public Task DeleteAsync(string collection, string id, CancellationToken cancellationToken = default) => _session.Retry.RunAsync(
        () => _session.Documents.DeleteOneAsync(Key(collection, id), cancellationToken), cancellationToken);

    public IAsyncEnumerable<string> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        _session.ListDistinctAsync(_session.Documents, "collection", cancellationToken);

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
            page = await _session.Retry.RunAsync(
                () => _session.Documents.Find(Key(collection, range)).Sort(new BsonDocument("id", 1)).Limit(PageDocuments)
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

    private async Task<BsonDocument?> FindRawAsync(string collection, string id, CancellationToken cancellationToken) =>
        await _session.Documents.Find(Key(collection, id)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);

    internal static BsonDocument Key(string collection, BsonValue id) => new() { { "collection", collection }, { "id", id } };

    private static StoredDocument ToDocument(BsonDocument found) => new(found["id"].AsString, found["json"].AsString, found["etag"].AsString);
}
