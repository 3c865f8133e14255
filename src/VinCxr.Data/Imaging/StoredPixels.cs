using System.Runtime.InteropServices;
using VinCxr.Data.Dicom;

namespace VinCxr.Data.Imaging;

/// <summary>
/// One grey frame as codes: the stored bit patterns, 8 or 16 bits wide. Every step that looks at one pixel at a time works on the
/// table of 65,536 codes instead of on the pixels.
/// </summary>
internal sealed class StoredPixels
{
    public const int Codes = 1 << 16;

    private readonly ushort[]? _widened;
    private readonly byte[] _bytes;
    private int[]? _histogram;

    private StoredPixels(int width, int height, ushort[]? widened, byte[] bytes)
    {
        (Width, Height, _widened, _bytes) = (width, height, widened, bytes);
    }

    public int Width { get; }

    public int Height { get; }

    public ReadOnlySpan<ushort> Pixels => _widened ?? MemoryMarshal.Cast<byte, ushort>((ReadOnlySpan<byte>)_bytes);

    /// <summary>Pixels of every code; counted once, when first asked for.</summary>
    public int[] Histogram => _histogram ??= Count(Pixels);

    /// <summary>The codes that occur, darkest level first.</summary>
    public int[] CodesByLevel(float[] levels)
    {
        int[] histogram = Histogram;
        int[] codes = [.. Enumerable.Range(0, Codes).Where(code => histogram[code] > 0)];
        float[] keys = Array.ConvertAll(codes, code => levels[code]);
        Array.Sort(keys, codes);
        return codes;
    }

    /// <summary>The grey frame of an image; RGB becomes luma (ITU-R BT.601), YBR gives its Y.</summary>
    /// <exception cref="DicomException">Several frames, or a colour space that is not grey, RGB or YBR.</exception>
    public static StoredPixels Of(DicomImage image)
    {
        DicomHeader header = image.Header;
        if (header.Frames != 1)
        {
            throw new DicomException($"the file has {header.Frames} frames; a radiograph has one");
        }

        byte[] bytes = image.PixelBytes;
        ushort[]? widened = (header.Photometric, header.SamplesPerPixel) switch
        {
            ("MONOCHROME1" or "MONOCHROME2", 1) => header.BitsAllocated <= 8 ? Widen(bytes) : null,
            ("RGB" or "YBR_RCT" or "YBR_ICT", 3) => Luma(Samples(bytes, header)),
            ("YBR_FULL" or "YBR_FULL_422", 3) => FirstOfThree(Samples(bytes, header)),
            _ => throw new DicomException(
                $"PhotometricInterpretation '{header.Photometric}' with {header.SamplesPerPixel} samples cannot become grey; MONOCHROME1, MONOCHROME2, RGB and YBR can"),
        };
        return new StoredPixels(header.Columns, header.Rows, widened, bytes);
    }

    public static StoredPixels Of(int width, int height, ushort[] pixels) => new(width, height, pixels, []);

    private static ReadOnlySpan<ushort> Samples(byte[] bytes, DicomHeader header) =>
        header.BitsAllocated <= 8 ? Widen(bytes) : MemoryMarshal.Cast<byte, ushort>((ReadOnlySpan<byte>)bytes);

    private static ushort[] Widen(byte[] bytes)
    {
        var wide = new ushort[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            wide[i] = bytes[i];
        }

        return wide;
    }

    private static ushort[] Luma(ReadOnlySpan<ushort> rgb)
    {
        var grey = new ushort[rgb.Length / 3];
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = (ushort)((0.299f * rgb[3 * i]) + (0.587f * rgb[(3 * i) + 1]) + (0.114f * rgb[(3 * i) + 2]) + 0.5f);
        }

        return grey;
    }

    private static ushort[] FirstOfThree(ReadOnlySpan<ushort> samples)
    {
        var grey = new ushort[samples.Length / 3];
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = samples[3 * i];
        }

        return grey;
    }

    private static int[] Count(ReadOnlySpan<ushort> pixels)
    {
        var counts = new int[Codes];
        foreach (ushort code in pixels)
        {
            counts[code]++;
        }

        return counts;
    }
}
