using System.Runtime.InteropServices;
using VinCxr.Data.Dicom;
using VinCxr.Data.Dicom.Codecs;
using VinCxr.Data.Dicom.Parsing;

namespace VinCxr.Data.Imaging.Reduction;

/// <summary>One uncompressed grey frame of 8 or 16 bits a sample, and where its rows lie in the file.</summary>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="Length">Bytes of all rows; the file holds them.</param>
internal sealed record NativeFrame(DicomHeader Header, StoredRowFormat Format, int Offset, int Length)
{
    public int RowBytes => Header.Columns * Format.SampleBytes;

    /// <param name="start">The file, or as much of its start as holds all tags before the pixel data.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <returns>Null for anything else: other pixel data, damaged, or with more tags than <paramref name="start"/> holds.</returns>
    public static NativeFrame? Find(ReadOnlyMemory<byte> start, long fileLength)
    {
        try
        {
            DicomFile file = DicomFile.Open(start);
            return file.Syntax is { Pixels: PixelEncoding.Native, Deflated: false }
                && file.DataSet.Find(DicomTag.PixelData) is { DeclaredLength: { } declared } pixelData
                    ? Find(start, fileLength, HeaderBuilder.Build(file), pixelData, declared)
                    : null;
        }
        catch (DicomException)
        {
            // The general reader meets the same trouble with the whole file at hand, or none.
            return null;
        }
    }

    private static NativeFrame? Find(ReadOnlyMemory<byte> start, long fileLength, DicomHeader header, DicomElement pixelData, uint declared)
    {
        PixelLayout layout = PixelLayout.Of(header);
        if (layout is not { Frames: 1, Samples: 1, BitsAllocated: 8 or 16, Photometric: "MONOCHROME1" or "MONOCHROME2" }
            || FormatOf(pixelData, layout) is not { } format
            || !MemoryMarshal.TryGetArray(start, out ArraySegment<byte> whole)
            || !MemoryMarshal.TryGetArray(pixelData.Value, out ArraySegment<byte> value)
            || whole.Array != value.Array)
        {
            return null;
        }

        int offset = value.Offset - whole.Offset;
        return layout.FrameBytes <= Math.Min(declared, fileLength - offset)
            ? new NativeFrame(header, format, offset, (int)layout.FrameBytes)
            : null;
    }

    /// <summary>Null for big-endian bytes in words, which lie pairwise swapped (PS3.5 annex A.3).</summary>
    private static StoredRowFormat? FormatOf(DicomElement pixelData, PixelLayout layout) => (layout.BitsAllocated, pixelData.Encoding.BigEndian) switch
    {
        (16, var isBig) => isBig ? StoredRowFormat.BigWords : StoredRowFormat.LittleWords,
        (_, true) when pixelData.Vr == "OW" => null,
        _ => StoredRowFormat.Bytes,
    };
}
