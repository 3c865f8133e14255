using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VinCxr.Core;
using VinCxr.Data.Dicom;
using VinCxr.Data.Dicom.Deidentification;

namespace VinCxr.Data.Datasets;

internal enum IntakeKind
{
    Uploaded,
    AlreadyStored,
    Quarantined,
}

/// <param name="Ingested">Null when quarantined.</param>
/// <param name="Reason">Null unless quarantined.</param>
internal sealed record IntakeResult(IntakeKind Kind, DatasetFile File, IngestedFile? Ingested, string? Reason)
{
    /// <summary>Of a reason, which quotes what the file holds.</summary>
    private const int MostCharacters = 500;

    public static IntakeResult Quarantine(DatasetFile file, string reason)
    {
        string line = reason.ReplaceLineEndings(" ");
        return new(IntakeKind.Quarantined, file, Ingested: null, line.Length > MostCharacters ? $"{line[..MostCharacters]}…" : line);
    }
}

/// <summary>Takes one file: decodes it to prove that it can be, then stores it. Bad files are named with a reason and not stored.</summary>
internal sealed class FileIntake(BlobUploads uploads, IDicomReader reader, IngestLedger ledger, IngestMemory memory, bool deidentify)
{
    /// <summary>A radiograph has a few dozen megabytes; beyond this it is something else, and would not fit one array for long.</summary>
    public const long LargestFile = 1L << 30;

    public async Task<IntakeResult> TakeAsync(DatasetFile file, CancellationToken cancellationToken)
    {
        if (ledger.Find(file) is { } known && await uploads.IsStoredAsync(known.Image.BlobId, known.Image.Length, cancellationToken).ConfigureAwait(false))
        {
            return new IntakeResult(IntakeKind.AlreadyStored, file, known, Reason: null);
        }

        if (file.Length is 0 or > LargestFile)
        {
            return IntakeResult.Quarantine(file, file.Length == 0
                ? "it is empty, or a pipe or device"
                : $"it has {file.Length} bytes; radiographs of up to {LargestFile} bytes are taken");
        }

        using var pass = await memory.Files.EnterAsync(deidentify ? 2 * file.Length : file.Length, cancellationToken).ConfigureAwait(false);

        // Not from a shared pool: that rounds up to twice the length and keeps what nobody uses, beyond the bound on memory.
        byte[] buffer = GC.AllocateUninitializedArray<byte>((int)file.Length);
        try
        {
            return await ReadAsync(file, buffer, cancellationToken).ConfigureAwait(false) is { } length
                ? await TakeAsync(file, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false)
                : IntakeResult.Quarantine(file, "it is being written to while it is read; run the ingest again when that is done");
        }
        catch (Exception error) when (error is FileReadException)
        {
            return IntakeResult.Quarantine(file, $"cannot be read: {error.InnerException!.Message}");
        }
    }

    private async Task<IntakeResult> TakeAsync(DatasetFile file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var content = bytes;
        IngestedFile ingested;
        using (await memory.Pixels.EnterAsync(DecodedBytes(bytes), cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var image = Decode(bytes);
                var phi = FindPhi(bytes, image.Header);
                if (deidentify)
                {
                    content = Deidentifier.Run(bytes);
                    string pixels = image.PixelSha256;
                    image = Decode(content);
                    if (image.PixelSha256 != pixels)
                    {
                        return IntakeResult.Quarantine(file, "removing its personal data would change its pixels");
                    }
                }

                ingested = Describe(file.ImageId, content.Span, image, phi);
            }
            catch (VinCxrException error)
            {
                return IntakeResult.Quarantine(file, error.Message);
            }
#pragma warning disable CA1031 // One file out of fifteen thousand must not stop the rest, whatever its bytes do to a decoder.
            catch (Exception error) when (!IsFaultOfThisMachine(error))
#pragma warning restore CA1031
            {
                return IntakeResult.Quarantine(file, $"the decoder failed on it ({error.GetType().Name}: {error.Message})");
            }
        }

        MemoryMarshal.TryGetArray(content, out var array);
        bool isUploaded = await uploads.PutAsync(ingested.Image.BlobId, array.Array!, array.Offset, array.Count, cancellationToken).ConfigureAwait(false);
        await ledger.RecordAsync(file, ingested, cancellationToken).ConfigureAwait(false);
        return new IntakeResult(isUploaded ? IntakeKind.Uploaded : IntakeKind.AlreadyStored, file, ingested, Reason: null);
    }

    /// <returns>Bytes read, or null when the file has not the length it had when it was found.</returns>
    private static async Task<int?> ReadAsync(DatasetFile file, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            using var handle = File.OpenHandle(file.Path, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
            int length = (int)file.Length, read = 0;
            while (read < length)
            {
                int count = await RandomAccess.ReadAsync(handle, buffer.AsMemory(read, length - read), read, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    return null;
                }

                read += count;
            }

            return RandomAccess.GetLength(handle) == length ? length : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FileReadException(error);
        }
    }

    private DicomImage Decode(ReadOnlyMemory<byte> bytes)
    {
        var image = reader.Read(bytes);
        return image.Header.Frames == 1 ? image : throw new DicomException($"it has {image.Header.Frames} frames; a radiograph has one");
    }

    /// <summary>What the pixels of a file will take by its header; 0 where decoding will say better what is wrong.</summary>
    private long DecodedBytes(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var header = reader.ReadHeader(bytes);
            long values = (long)header.Rows * header.Columns * Math.Max(1, header.SamplesPerPixel);
            return values * (header.BitsAllocated > 8 ? 2 : 1) * (deidentify ? 2 : 1);
        }
        catch (VinCxrException)
        {
            return 0;
        }
    }

    private static IReadOnlyList<string> FindPhi(ReadOnlyMemory<byte> bytes, DicomHeader header)
    {
        try
        {
            return PhiScan.Find(bytes);
        }
        catch (DicomException)
        {
            // Broken nested sequences, which the reader never looks into, or a reader that takes more than ours: what stands at the top is known.
            return header.PhiTags;
        }
    }

    /// <summary>Too little memory or a native library that does not load says nothing about the file, and would quarantine good ones.</summary>
    private static bool IsFaultOfThisMachine(Exception error) =>
        error is OutOfMemoryException or TypeInitializationException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException;

    private static IngestedFile Describe(string imageId, ReadOnlySpan<byte> bytes, DicomImage image, IReadOnlyList<string> phi)
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
            phi);
    }

    /// <summary>Keeps errors of the images folder apart from those of the store.</summary>
#pragma warning disable CA1064 // Never leaves this class.
    private sealed class FileReadException(Exception inner) : Exception(inner.Message, inner);
#pragma warning restore CA1064
}
