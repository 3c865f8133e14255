using System.Security.Cryptography;
using System.Text;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Transforms;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Viewing;

/// <summary>What a viewer asks of an image's pixels.</summary>
/// <param name="Size">Longest side, pixels.</param>
/// <param name="Transform">Chain of named steps after the file's window, in canonical form; null for stored values, which the viewer windows itself.</param>
internal sealed record PlaneRequest(int Size, string? Transform)
{
    private const int MinSize = 16;
    private const int MaxSize = 4096;

    /// <exception cref="InvalidInputException">Everything that is wrong with them.</exception>
    public static PlaneRequest Of(int? size, string? transform)
    {
        List<string> errors = [];
        if (size is < MinSize or > MaxSize)
        {
            errors.Add($"size {size} is not between {MinSize} and {MaxSize}");
        }

        string? chain = null;
        if (transform is not null)
        {
            try
            {
                chain = TransformChain.ParseOrThrow(transform).ToString();
            }
            catch (InvalidInputException error)
            {
                errors.AddRange(error.Errors);
            }
        }

        return errors.Count == 0 ? new PlaneRequest(size ?? 1024, chain) : throw new InvalidInputException("query", errors);
    }

    /// <summary>Names the bytes that an image gives under this request.</summary>
    public string TagOf(DatasetImage image)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{image.BlobId} {Size} {Transform ?? "stored"} {ImagePreparation.Version}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, hash.Length / 2));
    }
}

/// <summary>Decodes images for viewers, a bounded number at once: each takes the memory of a whole radiograph.</summary>
internal sealed class PlaneService(IStore store) : IDisposable
{
    private readonly ImageFiles _files = new(store);
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount));

    /// <returns>Stored values, or with a transform display levels between 0 and 1.</returns>
    /// <exception cref="DicomException">It cannot be shown; the message names the image.</exception>
    /// <exception cref="StoreException">The file is missing or damaged.</exception>
    public async Task<StoredPlane> ReadAsync(DatasetImage image, PlaneRequest request, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await _files.UseAsync(image, file => Read(file, request), cancellationToken);
        }
        catch (DicomException error)
        {
            throw new DicomException($"image '{image.ImageId}' cannot be shown: {error.Message}", error);
        }
        finally
        {
            _turns.Release();
        }
    }

    public void Dispose() => _turns.Dispose();

    private static StoredPlane Read(ReadOnlyMemory<byte> file, PlaneRequest request)
    {
        if (request.Transform is null)
        {
            return StoredPlane.Of(DicomReaders.Default.Read(file), request.Size);
        }

        var plane = PlaneSource.FromBytes(file, new PreprocessSpec(request.Size, "voi", request.Transform, 16));
        return new StoredPlane(plane, 0, 1, [], "LINEAR", HasVoiLut: false, IsInverted: false);
    }
}
