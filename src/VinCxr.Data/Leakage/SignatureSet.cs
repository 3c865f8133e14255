using System.Security.Cryptography;
using System.Text.Json;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Leakage;

/// <summary>
/// The signatures of a data set version, made once and kept in the store as one blob. They are a cache: when the blob is gone or damaged
/// they are made again.
/// </summary>
/// <param name="reader">Null for <see cref="DicomReaders.Default"/>.</param>
public sealed class SignatureSet(IStore store, IDicomReader? reader = null)
{
    /// <summary>Changes whenever the same image would get another signature.</summary>
    private const string Version = "1";
    private const string Collection = "image-signatures";

    /// <summary>Enough pixels for 32 x 32 means, few enough to reduce fast.</summary>
    private static readonly PreprocessSpec Preprocess = new(Size: 256);

    /// <returns>Null when they were not made yet.</returns>
    public async Task<IReadOnlyList<ImageSignature>?> FindAsync(DatasetManifest manifest, CancellationToken cancellationToken = default)
    {
        if (await store.Documents.FindAsync(Collection, DocumentId(manifest), cancellationToken).ConfigureAwait(false) is not { } document)
        {
            return null;
        }

        string blobId = JsonSerializer.Deserialize<SignatureDocument>(document.Json, DataJson.Options)!.BlobId;
        try
        {
            var content = await store.Blobs.OpenReadAsync(blobId, cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                using var bytes = new MemoryStream();
                await content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
                byte[] read = bytes.ToArray();
                return Convert.ToHexStringLower(SHA256.HashData(read)) == blobId
                    ? SignatureFormat.Read(read, [.. manifest.Images.Select(i => i.ImageId)])
                    : null;
            }
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads the stored signatures, or decodes every image to make and store them.</summary>
    /// <param name="done">Images decoded so far.</param>
    /// <exception cref="StoreException">An image's blob is missing or damaged, or the store is gone.</exception>
    /// <exception cref="DicomException">An image cannot be decoded.</exception>
    public async Task<IReadOnlyList<ImageSignature>> EnsureAsync(
        DatasetManifest manifest, IProgress<int>? done = null, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(manifest, cancellationToken).ConfigureAwait(false) is { } stored)
        {
            return stored;
        }

        var signatures = new ImageSignature[manifest.Images.Count];
        var source = new ImageSource(store, reader ?? DicomReaders.Default, Preprocess);
        var gate = new Lock();
        int count = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, signatures.Length, options, async (i, token) =>
        {
            var image = manifest.Images[i];
            signatures[i] = ImageSignature.Of(image.ImageId, await source.PrepareAsync(image, token).ConfigureAwait(false));
            lock (gate)
            {
                done?.Report(++count);
            }
        }).ConfigureAwait(false);
        await PutAsync(manifest, signatures, cancellationToken).ConfigureAwait(false);
        return signatures;
    }

    private async Task PutAsync(DatasetManifest manifest, ImageSignature[] signatures, CancellationToken cancellationToken)
    {
        byte[] bytes = SignatureFormat.Write(signatures);
        var metadata = new Dictionary<string, string> { ["kind"] = "image-signatures", ["dataset-version"] = manifest.Version };
        var blob = await store.Blobs.PutAsync(new MemoryStream(bytes), metadata, cancellationToken).ConfigureAwait(false);
        if (!await store.Blobs.VerifyAsync(blob.Id, cancellationToken).ConfigureAwait(false))
        {
            await store.Blobs.DeleteAsync(blob.Id, cancellationToken).ConfigureAwait(false);
            await store.Blobs.PutAsync(new MemoryStream(bytes), metadata, cancellationToken).ConfigureAwait(false);
        }

        string json = JsonSerializer.Serialize(new SignatureDocument(blob.Id), DataJson.Options);
        await store.Documents.PutAsync(Collection, DocumentId(manifest), json, "*", cancellationToken).ConfigureAwait(false);
    }

    private static string DocumentId(DatasetManifest manifest) => $"{manifest.Version}/{Version}";

    private sealed record SignatureDocument(string BlobId);
}
