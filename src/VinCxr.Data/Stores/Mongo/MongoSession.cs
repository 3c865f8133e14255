using System.Runtime.CompilerServices;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>The collections of one store, as one handle reaches them. Everything but chunk content is read from the primary.</summary>
internal sealed class MongoSession : IDisposable
{
    private readonly MongoClient _client;

    public MongoSession(MongoAddress address, MongoStoreOptions options, TimeProvider time)
    {
        _client = new MongoClient(address.Settings);
        Store = address.Canonical;
        Options = options;
        Retry = new MongoRetry(Store, _client, options, time);
        Database = _client.GetDatabase(address.Database);
        Files = Get<BsonDocument>("fs.files", ReadPreference.Primary);
        Chunks = Get<BsonDocument>("fs.chunks", ReadPreference.Primary);
        ChunkContent = Get<RawBsonDocument>("fs.chunks", ReadPreference.Primary);
        NearbyChunkContent = Get<RawBsonDocument>("fs.chunks", address.Settings.ReadPreference);
        Uploads = Get<BsonDocument>("uploads", ReadPreference.Primary);
        Documents = Get<BsonDocument>("documents", ReadPreference.Primary);
        Logs = Get<BsonDocument>("logs", ReadPreference.Primary);
        Schema = Get<BsonDocument>("vincxr", ReadPreference.Primary);
    }

    /// <summary>Canonical URI, for messages.</summary>
    public string Store { get; }

    public MongoStoreOptions Options { get; }

    public MongoRetry Retry { get; }

    public IMongoDatabase Database { get; }

    public IMongoCollection<BsonDocument> Files { get; }

    public IMongoCollection<BsonDocument> Chunks { get; }

    /// <summary>Chunks as the bytes they came in, from the primary.</summary>
    public IMongoCollection<RawBsonDocument> ChunkContent { get; }

    /// <summary>The same with the URI's read preference; a secondary may not have them yet.</summary>
    public IMongoCollection<RawBsonDocument> NearbyChunkContent { get; }

    /// <summary>One record per upload under way or being removed; see <see cref="UploadRecords"/>.</summary>
    public IMongoCollection<BsonDocument> Uploads { get; }

    public IMongoCollection<BsonDocument> Documents { get; }

    public IMongoCollection<BsonDocument> Logs { get; }

    public IMongoCollection<BsonDocument> Schema { get; }

    /// <summary>
    /// For the question whether a write of one's own was applied: sees it even before a majority has it, and answers once a majority does. A
    /// majority read could miss it, and it would be applied twice.
    /// </summary>
    public IMongoCollection<BsonDocument> Latest(IMongoCollection<BsonDocument> collection) => collection.WithReadConcern(
        _client.Cluster.Description.Type == ClusterType.Standalone ? ReadConcern.Local : ReadConcern.Linearizable);

    /// <returns>The files document of a blob, or null.</returns>
    public Task<BlobFile?> FindFileAsync(string id, CancellationToken cancellationToken) => Retry.RunAsync(
        async () => BlobId.IsValid(id)
            && await Files.Find(new BsonDocument("filename", id)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } found
            ? BlobFile.Parse(found)
            : null,
        cancellationToken);

    public Task<long> CountChunksAsync(BsonValue filesId, CancellationToken cancellationToken) => Retry.RunAsync(
        () => Chunks.CountDocumentsAsync(new BsonDocument("files_id", filesId), cancellationToken: cancellationToken), cancellationToken);

    /// <summary>Every value of a field, in ordinal order.</summary>
    public async IAsyncEnumerable<string> ListDistinctAsync(
        IMongoCollection<BsonDocument> collection, string field, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var values = await Retry.RunAsync(
            async () =>
            {
                using var cursor = await collection.DistinctAsync<string>(field, new BsonDocument(), cancellationToken: cancellationToken).ConfigureAwait(false);
                return await cursor.ToListAsync(cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        foreach (string value in values.Order(StringComparer.Ordinal))
        {
            yield return value;
        }
    }

    public void Dispose() => _client.Dispose();

    private IMongoCollection<T> Get<T>(string name, ReadPreference preference) =>
        Database.GetCollection<T>(name, new MongoCollectionSettings { ReadPreference = preference });
}
