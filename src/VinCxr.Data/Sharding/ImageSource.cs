using System.Security.Cryptography;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Sharding;

/// <summary>Reads an image's DICOM file from the store, checks it against its name, and prepares it.</summary>
internal sealed class ImageSource(IStore store, IDicomReader reader, PreprocessSpec spec)
{
    /// <exception cref="StoreException">The blob is missing or damaged.</exception>
    /// <exception cref="DicomException">It cannot be prepared; the message names the image.</exception>
    public async Task<Plane> PrepareAsync(DatasetImage image, CancellationToken cancellationToken)
    {
        byte[] file = await ReadAsync(image, cancellationToken).ConfigureAwait(false);
        try
        {
            return ImagePreparation.Prepare(reader.Read(file), spec);
        }
        catch (DicomException error)
        {
            throw new DicomException($"image '{image.ImageId}' cannot be prepared: {error.Message}", error);
        }
    }

    private async Task<byte[]> ReadAsync(DatasetImage image, CancellationToken cancellationToken)
    {
        string what = $"store '{store.Uri}': image '{image.ImageId}' (blob {image.BlobId})";
        try
        {
            var content = await store.Blobs.OpenReadAsync(image.BlobId, cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                using var copy = new MemoryStream((int)image.Length);
                await content.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
                byte[] file = copy.Length == copy.Capacity ? copy.GetBuffer() : copy.ToArray();
                return Convert.ToHexStringLower(SHA256.HashData(file)) == image.BlobId
                    ? file
                    : throw new StoreException($"{what} is damaged; run 'vincxr dataset verify', then ingest it again");
            }
        }
        catch (NotFoundException error)
        {
            throw new StoreException($"{what} is missing; ingest it again", error);
        }
    }
}
