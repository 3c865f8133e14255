using System.Security.Cryptography;
using VinCxr.Core;
using VinCxr.Data.Dicom;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

internal enum IntakeKind
{
    Uploaded,
    AlreadyStored,
    Quarantined,
}

/// <param name="Ingested">Null when quarantined.</param>
/// <param name="Reason">Null unless quarantined.</param>
internal sealed record IntakeResult(IntakeKind Kind, DatasetFile File, IngestedFile? Ingested, string? Reason);

/// <summary>Takes one file: decodes it to prove that it can be, then stores it. Bad files are named with a reason and not stored.</summary>
internal sealed class FileIntake(IStore store, IDicomReader reader, IngestLedger ledger)
{
    private static readonly Dictionary<string, string> BlobMetadata = new() { ["kind"] = "dicom" };

    public async Task<IntakeResult> TakeAsync(DatasetFile file, CancellationToken cancellationToken)
    {
        if (ledger.Find(file) is { } known && await IsStoredAsync(known.Image.BlobId, known.Image.Length, cancellationToken).ConfigureAwait(false))
        {
            return new IntakeResult(IntakeKind.AlreadyStored, file, known, Reason: null);
        }

        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(file.Path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Quarantine(file, $"cannot be read: {error.Message}");
        }

        if (Decode(bytes, out string? reason) is not { } image)
        {
            return Quarantine(file, reason!);
        }

        var ingested = Describe(file.ImageId, bytes, image);
        bool isStored = await IsStoredAsync(ingested.Image.BlobId, bytes.Length, cancellationToken).ConfigureAwait(false);
        if (!isStored)
        {
            await store.Blobs.PutAsync(new MemoryStream(bytes), BlobMetadata, cancellationToken).ConfigureAwait(false);
        }

        await ledger.RecordAsync(file, ingested, cancellationToken).ConfigureAwait(false);
        return new IntakeResult(isStored ? IntakeKind.AlreadyStored : IntakeKind.Uploaded, file, ingested, Reason: null);
    }

    private DicomImage? Decode(byte[] bytes, out string? reason)
    {
        try
        {
            var image = reader.Read(bytes);
            reason = image.Header.Frames == 1 ? null : $"it has {image.Header.Frames} frames; a radiograph has one";
            return reason is null ? image : null;
        }
        catch (VinCxrException error)
        {
            reason = error.Message;
        }
#pragma warning disable CA1031 // One file out of fifteen thousand must not stop the rest, whatever its bytes do to a decoder.
        catch (Exception error) when (!IsFaultOfThisMachine(error))
#pragma warning restore CA1031
        {
            reason = $"the decoder failed on it ({error.GetType().Name}: {error.Message})";
        }

        return null;
    }

    /// <summary>Too little memory or a native library that does not load says nothing about the file, and would quarantine good ones.</summary>
    private static bool IsFaultOfThisMachine(Exception error) =>
        error is OutOfMemoryException or TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException;

    private static IngestedFile Describe(string imageId, byte[] bytes, DicomImage image)
    {
        var header = image.Header;
        string blobId = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return new IngestedFile(
            new DatasetImage(
                imageId, blobId, bytes.Length, header.Rows, header.Columns, header.TransferSyntax, header.Photometric,
                header.BitsStored, image.PixelSha256)
            {
                Facts = ImageFacts.Of(header),
            },
            header.PhiTags);
    }

    private async Task<bool> IsStoredAsync(string blobId, long length, CancellationToken cancellationToken) =>
        await store.Blobs.FindAsync(blobId, cancellationToken).ConfigureAwait(false) is { } blob && blob.Length == length;

    private static IntakeResult Quarantine(DatasetFile file, string reason) =>
        new(IntakeKind.Quarantined, file, Ingested: null, reason.ReplaceLineEndings(" "));
}
