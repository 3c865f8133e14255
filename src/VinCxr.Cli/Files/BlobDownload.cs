using VinCxr.Data.Stores;

namespace VinCxr.Cli.Files;

/// <summary>Blobs of a store as files.</summary>
internal static class BlobDownload
{
    public static Task ToFileAsync(IStore store, string blobId, string path, CancellationToken cancellationToken) => AtomicFile.WriteAsync(
        path,
        async file =>
        {
            await using Stream content = await store.Blobs.OpenReadAsync(blobId, cancellationToken: cancellationToken);
            await content.CopyToAsync(file, cancellationToken);
        },
        cancellationToken);
}
