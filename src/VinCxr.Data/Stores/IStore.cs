namespace VinCxr.Data.Stores;

/// <summary>One place that holds everything durable: blobs, documents and logs. Opened by <see cref="StoreFactory"/> from a URI.</summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Canonical URI: <c>file:///path</c> or <c>mongodb://host/db</c>, without credentials.</summary>
    string Uri { get; }

    IBlobStore Blobs { get; }

    IDocumentStore Documents { get; }

    ILogStore Logs { get; }
}

/// <summary>Large immutable content named by its sha256. A blob is visible only when complete.</summary>
public interface IBlobStore
{
    /// <summary>Stores the stream durably; content that exists already keeps its first metadata. Safe for concurrent puts of the same content.</summary>
    /// <remarks>What <paramref name="content"/> itself throws passes unchanged; nothing is visible then.</remarks>
    /// <exception cref="VinCxr.Core.StoreException">The store cannot be reached or is full; nothing is visible.</exception>
    Task<BlobInfo> PutAsync(Stream content, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default);

    /// <summary>Opens bytes <c>[offset, offset + length)</c>, cut to those there are; a null length reads to the end. The checksum is not checked.</summary>
    /// <exception cref="VinCxr.Core.NotFoundException">No such blob.</exception>
    Task<Stream> OpenReadAsync(string id, long offset = 0, long? length = null, CancellationToken cancellationToken = default);

    /// <returns>The blob's description, or null.</returns>
    Task<BlobInfo?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Blobs whose metadata holds every given pair (all blobs without any), in ascending id order.</summary>
    IAsyncEnumerable<BlobInfo> ListAsync(IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a blob; deleting what is not there is no error.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Reads the whole blob back and compares its sha256 with its name.</summary>
    /// <returns>True when intact.</returns>
    /// <exception cref="VinCxr.Core.NotFoundException">No such blob.</exception>
    Task<bool> VerifyAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Removes what uploads that ended half way left behind, if nobody has written to it since <paramref name="before"/>.</summary>
    /// <returns>Bytes freed.</returns>
    Task<long> RemoveAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken = default);
}

/// <param name="Id">Lower-case hex sha256 of the content.</param>
/// <param name="Length">Bytes.</param>
/// <param name="StoredAt">When the blob became visible, by the store's clock.</param>
public sealed record BlobInfo(string Id, long Length, DateTimeOffset StoredAt, IReadOnlyDictionary<string, string> Metadata);

/// <summary>Small JSON documents with compare-and-set.</summary>
public interface IDocumentStore
{
    Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken = default);

    /// <summary>Writes durably before returning.</summary>
    /// <param name="expectedEtag">Null: the document must not exist yet. <c>"*"</c>: write whatever is there. Otherwise the etag last read.</param>
    /// <returns>The new etag.</returns>
    /// <exception cref="VinCxr.Core.ConflictException">The etag does not match.</exception>
    Task<string> PutAsync(string collection, string id, string json, string? expectedEtag, CancellationToken cancellationToken = default);

    Task DeleteAsync(string collection, string id, CancellationToken cancellationToken = default);

    /// <summary>Documents whose id starts with the prefix, in UTF-8 byte order of their ids. Read in pages: no snapshot of one moment.</summary>
    IAsyncEnumerable<StoredDocument> ListAsync(string collection, string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>Collections that hold a document.</summary>
    IAsyncEnumerable<string> ListCollectionsAsync(CancellationToken cancellationToken = default);
}

public sealed record StoredDocument(string Id, string Json, string Etag);

/// <summary>Append-only sequences (metrics, decision logs); sequence numbers start at 1 and have no gaps.</summary>
public interface ILogStore
{
    /// <summary>Appends all entries or none, durably before returning.</summary>
    /// <returns>Sequence number of the last entry of the log, 0 for an empty one.</returns>
    Task<long> AppendAsync(string log, IReadOnlyList<string> entries, CancellationToken cancellationToken = default);

    /// <summary>
    /// As <see cref="AppendAsync"/>, for a writer that knows the whole log and must not write beside another: the log has to end where it thinks.
    /// </summary>
    /// <param name="entries">At least one.</param>
    /// <exception cref="Core.ConflictException">The log does not end there: another writer has appended, or an append of one's own whose answer was lost.</exception>
    Task<long> AppendAfterAsync(string log, long afterSequence, IReadOnlyList<string> entries, CancellationToken cancellationToken = default);

    /// <summary>Entries after <paramref name="afterSequence"/>, in order.</summary>
    IAsyncEnumerable<LogEntry> ReadAsync(string log, long afterSequence = 0, CancellationToken cancellationToken = default);

    /// <summary>Logs that hold an entry.</summary>
    IAsyncEnumerable<string> ListLogsAsync(CancellationToken cancellationToken = default);
}

public sealed record LogEntry(long Sequence, string Text);
