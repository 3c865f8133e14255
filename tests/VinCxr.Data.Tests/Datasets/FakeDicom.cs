using System.Buffers.Binary;
using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Datasets;

/// <summary>
/// A stand-in for DICOM, so that these tests depend on no codec: 128 zero bytes, <c>DICM</c>, rows, columns, frames as int32, then 8-bit pixels.
/// Counts what it decodes.
/// </summary>
internal sealed class FakeDicom : IDicomReader
{
    private const int HeaderBytes = 144;
    private int _decoded;

    public int Decoded => _decoded;

    /// <summary>Runs before each decode, with the number of the decode from 1.</summary>
    public Action<int>? BeforeDecode { get; init; }

    public static byte[] Write(int rows, int columns, int seed, int frames = 1)
    {
        byte[] file = new byte[HeaderBytes + (rows * columns)];
        "DICM"u8.CopyTo(file.AsSpan(128));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(132), rows);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(136), columns);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(140), frames);
        new Random(seed).NextBytes(file.AsSpan(HeaderBytes));
        return file;
    }

    public DicomImage Read(ReadOnlyMemory<byte> file)
    {
        int count = Interlocked.Increment(ref _decoded);
        BeforeDecode?.Invoke(count);
        var header = ReadHeader(file);
        return file.Length == HeaderBytes + (header.Rows * header.Columns)
            ? new DicomImage(header, file[HeaderBytes..].ToArray())
            : throw new DicomException("truncated: pixel data ends early");
    }

    public DicomHeader ReadHeader(ReadOnlyMemory<byte> file)
    {
        var span = file.Span;
        if (span.Length < HeaderBytes || !span.Slice(128, 4).SequenceEqual("DICM"u8))
        {
            throw new DicomException("not a DICOM file");
        }

        return new DicomHeader
        {
            TransferSyntax = "1.2.840.10008.1.2.1",
            Photometric = "MONOCHROME2",
            Rows = BinaryPrimitives.ReadInt32LittleEndian(span[132..]),
            Columns = BinaryPrimitives.ReadInt32LittleEndian(span[136..]),
            BitsAllocated = 8,
            BitsStored = 8,
            HighBit = 7,
            Signed = false,
            SamplesPerPixel = 1,
            PlanarConfiguration = 0,
            Frames = BinaryPrimitives.ReadInt32LittleEndian(span[140..]),
            HasPixelData = true,
            PhiTags = span[HeaderBytes] % 2 == 0 ? ["(0010,0010) PatientName"] : [],
        };
    }
}
