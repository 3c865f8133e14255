using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// A store in one MongoDB database, for many machines: blobs in GridFS, documents and logs in collections of their own. Needs no transactions:
/// every step that others may see is the write of one document.
/// </summary>
internal sealed class MongoStore : IStore
{
    private readonly MongoSession _session;
    private readonly MongoDocumentStore _documents;
    private readonly MongoLogStore _logs;

    private MongoStore(MongoSession session)
    {
        _session = session;
        Blobs = new MongoBlobStore(session);
        _documents = new MongoDocumentStore(session);
        _logs = new MongoLogStore(session);
    }

    public string Uri => _session.Store;

    public IBlobStore Blobs { get; }

    public IDocumentStore Documents => _documents;

    public ILogStore Logs => _logs;

    /// <exception cref="InvalidInputException">The URI cannot be read.</exception>
    /// <exception cref="StoreException">No server, no store there (without <paramref name="create"/>), or a newer schema.</exception>
    public static async Task<MongoStore> OpenAsync(
        string uri, bool create, MongoStoreOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        // Off the caller's thread: the names of mongodb+srv are looked up while the URI is read.
        var address = await Task.Run(() => MongoAddress.Parse(uri), cancellationToken).ConfigureAwait(false);
        var session = new MongoSession(address, options, time);
        try
        {
            await MongoSchema.OpenAsync(session, create, cancellationToken).ConfigureAwait(false);
            return new MongoStore(session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _documents.DisposeAsync().ConfigureAwait(false);
        await _logs.DisposeAsync().ConfigureAwait(false);
        _session.Dispose();
    }
}
