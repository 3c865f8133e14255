using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Orchestration.Tests.Fakes;

/// <summary>A store that can be away: documents and logs then refuse everything, and blobs every write.</summary>
internal sealed class FaultyStore(IStore inner) : IStore
{
    private volatile bool _away;

    public bool Away
    {
        get => _away;
        set => _away = value;
    }

    /// <summary>Awaited before a document of this id is read.</summary>
    public Func<string, Task> BeforeRead { get; init; } = _ => Task.CompletedTask;

    public string Uri => inner.Uri;

    public IBlobStore Blobs => new FaultyBlobs(this, inner.Blobs);

    public IDocumentStore Documents => new FaultyDocuments(this, inner.Documents);

    public ILogStore Logs => new FaultyLogs(this, inner.Logs);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private T Present<T>(T part) => Away ? throw new StoreException("the store is away") : part;

    private sealed class FaultyBlobs(FaultyStore store, IBlobStore blobs) : IBlobStore
    {
        public Task<BlobInfo> PutAsync(Stream content, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken) =>
            store.Present(blobs).PutAsync(content, metadata, cancellationToken);

        public Task<Stream> OpenReadAsync(string id, long offset, long? length, CancellationToken cancellationToken) => blobs.OpenReadAsync(id, offset, length, cancellationToken);

        public Task<BlobInfo?> FindAsync(string id, CancellationToken cancellationToken) => blobs.FindAsync(id, cancellationToken);

        public IAsyncEnumerable<BlobInfo> ListAsync(IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken) =>
            blobs.ListAsync(metadata, cancellationToken);

        public Task DeleteAsync(string id, CancellationToken cancellationToken) => store.Present(blobs).DeleteAsync(id, cancellationToken);

        public Task<bool> VerifyAsync(string id, CancellationToken cancellationToken) => blobs.VerifyAsync(id, cancellationToken);

        public Task<long> RemoveAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken) => blobs.RemoveAbandonedAsync(before, cancellationToken);
    }

    private sealed class FaultyDocuments(FaultyStore store, IDocumentStore documents) : IDocumentStore
    {
        public async Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken)
        {
            await store.BeforeRead(id);
            return await store.Present(documents).FindAsync(collection, id, cancellationToken);
        }

        public Task<string> PutAsync(string collection, string id, string json, string? expectedEtag, CancellationToken cancellationToken) =>
            store.Present(documents).PutAsync(collection, id, json, expectedEtag, cancellationToken);

        public Task DeleteAsync(string collection, string id, CancellationToken cancellationToken) => store.Present(documents).DeleteAsync(collection, id, cancellationToken);

        public IAsyncEnumerable<StoredDocument> ListAsync(string collection, string prefix, CancellationToken cancellationToken) =>
            store.Present(documents).ListAsync(collection, prefix, cancellationToken);

        public IAsyncEnumerable<string> ListCollectionsAsync(CancellationToken cancellationToken) => store.Present(documents).ListCollectionsAsync(cancellationToken);
    }

    private sealed class FaultyLogs(FaultyStore store, ILogStore logs) : ILogStore
    {
        public Task<long> AppendAsync(string log, IReadOnlyList<string> entries, CancellationToken cancellationToken) =>
            store.Present(logs).AppendAsync(log, entries, cancellationToken);

        public Task<long> AppendAfterAsync(string log, long afterSequence, IReadOnlyList<string> entries, CancellationToken cancellationToken) =>
            store.Present(logs).AppendAfterAsync(log, afterSequence, entries, cancellationToken);

        public IAsyncEnumerable<LogEntry> ReadAsync(string log, long afterSequence, CancellationToken cancellationToken) =>
            store.Present(logs).ReadAsync(log, afterSequence, cancellationToken);

        public IAsyncEnumerable<string> ListLogsAsync(CancellationToken cancellationToken) => store.Present(logs).ListLogsAsync(cancellationToken);
    }
}
