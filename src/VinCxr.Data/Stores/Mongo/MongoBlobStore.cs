using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using MongoDB.Bson;
using MongoDB.Driver;
using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// Blobs in GridFS. Chunks come first, the files document last, and its unique file name is the sha256; so a blob is whole or not there. Deleting
/// goes the other way round. What is cut short in between is known by its upload record and removed by <see cref="RemoveAbandonedAsync"/>.
/// </summary>
internal sealed class MongoBlobStore : IBlobStore
{
    private const int PageFiles = 500;
    private readonly MongoSession _session;
    private readonly BlobUpload _upload;
    private readonly BlobRemoval _removal;

    public MongoBlobStore(MongoSession session)
    {
        _session = session;
        var records = new UploadRecords(session);
        _removal = new BlobRemoval(session, records);
        _upload = new BlobUpload(session, records, _removal);
    }

    public Task<BlobInfo> PutAsync(
        Stream content, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default) =>
        content.CanSeek
            ? _upload.PutSeekableAsync(content, metadata ?? new Dictionary<string, string>(), cancellationToken)
            : _upload.PutStreamAsync(content, metadata ?? new Dictionary<string, string>(), cancellationToken);

    public async Task<Stream> OpenReadAsync(string id, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        return await OpenAsync(id, offset, length, cancellationToken).ConfigureAwait(false);
    }

    public async Task<BlobInfo?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        (await _session.FindFileAsync(id, cancellationToken).ConfigureAwait(false))?.Info;

    public async IAsyncEnumerable<BlobInfo> ListAsync(
        IReadOnlyDictionary<string, string>? metadata = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var filter = BlobFile.Filter(metadata);
        List<BsonDocument> page;
        do
        {
            page = await _session.Retry.RunAsync(
                () => _session.Files.Find(filter).Sort(new BsonDocument("filename", 1)).Limit(PageFiles).ToListAsync(cancellationToken),
                cancellationToken).ConfigureAwait(false);
            foreach (var document in page)
            {
                yield return BlobFile.Parse(document).Info;
                filter["filename"] = new BsonDocument("$gt", document["filename"]);
            }
        }
        while (page.Count == PageFiles);
    }

    public async Task DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        if (await _session.FindFileAsync(id, cancellationToken).ConfigureAwait(false) is { } file)
        {
            await _removal.DeleteAsync(file.FilesId, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<bool> VerifyAsync(string id, CancellationToken cancellationToken = default)
    {
        var content = await OpenAsync(id, offset: 0, length: null, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            try
            {
                return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false)) == id;
            }
            catch (StoreException) when (content.IsDamaged)
            {
                return false;
            }
        }
    }

    public Task<long> RemoveAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        _removal.RemoveAbandonedAsync(before, cancellationToken);

    private async Task<ChunkReadStream> OpenAsync(string id, long offset, long? length, CancellationToken cancellationToken)
    {
        var file = await _session.FindFileAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new NotFoundException($"store '{_session.Store}' has no blob '{id}'");
        long available = Math.Max(0, file.Info.Length - offset);
        return new ChunkReadStream(new ChunkWindows(_session, file), file, offset, Math.Min(length ?? available, available));
    }
}
