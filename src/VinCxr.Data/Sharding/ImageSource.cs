using System.Buffers;
using System.Security.Cryptography;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Sharding;

/// <summary>Reads an image's DICOM file from the store into pooled memory, checks it against its name, and prepares it.</summary>
internal sealed class ImageSource(IStore store, IDicomReader reader, PreprocessSpec spec)
{
    /// <summary>Hashed while it still lies in the cache.</summary>
    private const int ChunkBytes = 1 << 20;

    /// <exception cref="StoreException">The blob is missing or damaged.</exception>
    /// <exception cref="DicomException">It cannot be prepared; the message names the image.</exception>
    public async Task<Plane> PrepareAsync(DatasetImage image, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)image.Length);
        try
        {
            Memory<byte> file = buffer.AsMemory(0, (int)image.Length);
            await ReadAsync(image, file, cancellationToken).ConfigureAwait(false);
            return Prepare(image, file);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Plane Prepare(DatasetImage image, ReadOnlyMemory<byte> file)
    {
        try
        {
            return PlaneSource.FromBytes(file, spec, reader);
        }
        catch (DicomException error)
        {
            throw new DicomException($"image '{image.ImageId}' cannot be prepared: {error.Message}", error);
        }
    }

    private async Task ReadAsync(DatasetImage image, Memory<byte> file, CancellationToken cancellationToken)
    {
        string what = $"store '{store.Uri}': image '{image.ImageId}' (blob {image.BlobId})";
        try
        {
            var content = await store.Blobs.OpenReadAsync(image.BlobId, cancellationToken: cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                if (await FillAsync(content, file, cancellationToken).ConfigureAwait(false) != image.BlobId)
                {
                    throw new StoreException($"{what} is damaged; run 'vincxr dataset verify', then ingest it again");
                }
            }
        }
        catch (NotFoundException error)
        {
            throw new StoreException($"{what} is missing; ingest it again", error);
        }
    }

    /// <returns>Lower-case hex sha256 of the content, or null when it is longer or shorter than the file.</returns>
    private static async Task<string?> FillAsync(Stream content, Memory<byte> file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int filled = 0;
        while (filled < file.Length)
        {
            Memory<byte> chunk = file.Slice(filled, Math.Min(ChunkBytes, file.Length - filled));
            int read = await content.ReadAsync(chunk, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return null;
            }

            hash.AppendData(chunk.Span[..read]);
            filled += read;
        }

        return await content.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) == 0
            ? Convert.ToHexStringLower(hash.GetHashAndReset())
            : null;
    }
}
