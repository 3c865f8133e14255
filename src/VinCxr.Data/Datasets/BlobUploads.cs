using System.Collections.Concurrent;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

/// <summary>Puts image files into the store, each content once, also when two workers hold it at the same time.</summary>
/// <param name="store">Null where there is no store yet.</param>
/// <param name="isDryRun">Looks, and stores nothing.</param>
internal sealed class BlobUploads(IStore? store, bool isDryRun)
{
    private static readonly Dictionary<string, string> Metadata = new() { ["kind"] = "dicom" };
    private readonly ConcurrentDictionary<string, Lazy<Task<bool>>> _seen = new(StringComparer.Ordinal);

    public async Task<bool> IsStoredAsync(string blobId, long length, CancellationToken cancellationToken) =>
        store is not null && await store.Blobs.FindAsync(blobId, cancellationToken).ConfigureAwait(false) is { } blob && blob.Length == length;

    /// <returns>True for the one caller whose bytes travelled (or would); false when the content was there before or another brought it.</returns>
    public async Task<bool> PutAsync(string blobId, byte[] buffer, int offset, int length, CancellationToken cancellationToken)
    {
        var mine = new Lazy<Task<bool>>(() => StoreAsync(blobId, buffer, offset, length, cancellationToken));
        var first = _seen.GetOrAdd(blobId, mine);
        bool isUploaded = await first.Value.ConfigureAwait(false);
        return isUploaded && ReferenceEquals(first, mine);
    }

    private async Task<bool> StoreAsync(string blobId, byte[] buffer, int offset, int length, CancellationToken cancellationToken)
    {
        if (await IsStoredAsync(blobId, length, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (!isDryRun)
        {
            await store!.Blobs.PutAsync(new MemoryStream(buffer, offset, length, writable: false), Metadata, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }
}
