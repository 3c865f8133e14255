using System.Buffers;
using System.Security.Cryptography;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

/// <summary>The DICOM files of a store's images, each read into pooled memory and checked against its name.</summary>
public sealed class ImageFiles(IStore store)
{
    /// <summary>Hashed while it still lies in the cache.</summary>
    private const int ChunkBytes = 1 << 20;

    /// <param name="use">Takes the file; the memory is taken back when it returns.</param>
    /// <exception cref="StoreException">The blob is missing or damaged.</exception>
    public async Task<T> UseAsync<T>(DatasetImage image, Func<ReadOnlyMemory<byte>, T> use, CancellationToken cancellationToken = default)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)image.Length);
        try
        {
            Memory<byte> file = buffer.AsMemory(0, (int)image.Length);
            await ReadAsync(image, file, cancellationToken).ConfigureAwait(false);
            return use(file);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
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
