namespace VinCxr.Data.Dicom.Codecs;

/// <summary>Shape of the pixel data, checked against PS3.3 C.7.6.3; nothing has been allocated for it yet.</summary>
internal sealed record PixelLayout(
    int Rows, int Columns, int Samples, int Frames, int BitsAllocated, int BitsStored, int HighBit, bool Signed, bool Planar, string Photometric)
{
    /// <summary>Bytes of one decoded sample: 1 up to 8 bits allocated, else 2.</summary>
    public int SampleBytes => BitsAllocated <= 8 ? 1 : 2;

    public long SamplesPerFrame => (long)Rows * Columns * Samples;

    public long FrameBytes => SamplesPerFrame * SampleBytes;

    public long TotalBytes => FrameBytes * Frames;

    /// <exception cref="DicomException">A missing or impossible value; the message quotes it.</exception>
    public static PixelLayout Of(DicomHeader header)
    {
        Require(header.Rows is >= 1 and <= ushort.MaxValue, "Rows", header.Rows, "1 to 65535");
        Require(header.Columns is >= 1 and <= ushort.MaxValue, "Columns", header.Columns, "1 to 65535");
        Require(header.SamplesPerPixel is 1 or 3, "SamplesPerPixel", header.SamplesPerPixel, "1 and 3");
        Require(header.Frames >= 1, "NumberOfFrames", header.Frames, "1 and more");
        Require(header.BitsAllocated is 1 or 8 or 12 or 16, "BitsAllocated", header.BitsAllocated, "1, 8, 12 and 16");
        Require(
            header.BitsStored >= 1 && header.BitsStored <= header.BitsAllocated, "BitsStored", header.BitsStored, $"1 to {header.BitsAllocated}");
        Require(
            header.HighBit >= header.BitsStored - 1 && header.HighBit < header.BitsAllocated,
            "HighBit",
            header.HighBit,
            $"{header.BitsStored - 1} to {header.BitsAllocated - 1}");
        if (header.Photometric.Length == 0)
        {
            throw new DicomException("PhotometricInterpretation is missing: whether white is high or low cannot be told");
        }

        var layout = new PixelLayout(
            header.Rows,
            header.Columns,
            header.SamplesPerPixel,
            header.Frames,
            header.BitsAllocated,
            header.BitsStored,
            header.HighBit,
            header.Signed,
            header.PlanarConfiguration == 1 && header.SamplesPerPixel > 1,
            header.Photometric);
        return layout.FrameBytes <= Array.MaxLength / layout.Frames
            ? layout
            : throw new DicomException($"{header.Frames} frames of {header.Columns}x{header.Rows} take more than {Array.MaxLength} bytes");
    }

    private static void Require(bool holds, string name, int value, string allowed)
    {
        if (!holds)
        {
            throw new DicomException($"{name} is {value}; allowed are {allowed}");
        }
    }
}
