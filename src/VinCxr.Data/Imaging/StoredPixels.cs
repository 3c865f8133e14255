using System.Buffers;
using System.Runtime.InteropServices;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging.Reduction;

namespace VinCxr.Data.Imaging;

/// <summary>
/// One grey frame as codes: the stored bit patterns, 8 or 16 bits wide. Every step that looks at one pixel at a time works on the
/// table of 65,536 codes instead of on the pixels.
/// </summary>
internal sealed class StoredPixels
{
    public const int Codes = 1 << 16;

    private readonly ushort[]? _widened;
    private readonly ReadOnlyMemory<byte> _words;
    private int[]? _histogram;

    private StoredPixels(int width, int height, ushort[]? widened, ReadOnlyMemory<byte> words)
    {
        (Width, Height, _widened, _words) = (width, height, widened, words);
    }

    public int Width { get; }

    public int Height { get; }

    public ReadOnlySpan<ushort> Pixels => _widened ?? MemoryMarshal.Cast<byte, ushort>(_words.Span);

    /// <summary>Pixels of every code; counted once, when first asked for.</summary>
    public int[] Histogram => _histogram ??= Count(Pixels);

    /// <summary>The codes that occur, darkest level first.</summary>
    public int[] CodesByLevel(float[] levels)
    {
        int[] histogram = Histogram;
        var occurring = new List<int>();
        for (int code = 0; code < Codes; code++)
        {
            if (histogram[code] > 0)
            {
                occurring.Add(code);
            }
        }

        int[] codes = [.. occurring];
        float[] keys = Array.ConvertAll(codes, code => levels[code]);
        Array.Sort(keys, codes);
        return codes;
    }

    /// <summary>The grey frame of an image; RGB becomes luma (ITU-R BT.601), YBR gives its Y.</summary>
    /// <exception cref="DicomException">Several frames, or a colour space that is not grey, RGB or YBR.</exception>
    public static StoredPixels Of(DicomImage image) => Of(image.Header, image.PixelBytes);

    /// <inheritdoc cref="Of(DicomImage)"/>
    /// <param name="decoded">As <see cref="DicomImage.PixelBytes"/>; read where it lies as long as this lives.</param>
    public static StoredPixels Of(DicomHeader header, ReadOnlyMemory<byte> decoded)
    {
        if (header.Frames != 1)
        {
            throw new DicomException($"the file has {header.Frames} frames; a radiograph has one");
        }

        ReadOnlySpan<byte> bytes = decoded.Span;
        ushort[]? widened = (header.Photometric, header.SamplesPerPixel) switch
        {
            ("MONOCHROME1" or "MONOCHROME2", 1) => header.BitsAllocated <= 8 ? Widen(bytes) : null,
            ("RGB" or "YBR_RCT" or "YBR_ICT", 3) => Luma(Samples(bytes, header)),
            ("YBR_FULL" or "YBR_FULL_422", 3) => FirstOfThree(Samples(bytes, header)),
            _ => throw new DicomException(
                $"PhotometricInterpretation '{header.Photometric}' with {header.SamplesPerPixel} samples cannot become grey; MONOCHROME1, MONOCHROME2, RGB and YBR can"),
        };
        return new StoredPixels(header.Columns, header.Rows, widened, decoded);
    }

    public static StoredPixels Of(int width, int height, ushort[] pixels) => new(width, height, pixels, default);

    private static ReadOnlySpan<ushort> Samples(ReadOnlySpan<byte> bytes, DicomHeader header) =>
        header.BitsAllocated <= 8 ? Widen(bytes) : MemoryMarshal.Cast<byte, ushort>(bytes);

    private static ushort[] Widen(ReadOnlySpan<byte> bytes)
    {
        var wide = new ushort[bytes.Length];
        StoredRowFormat.Widen(bytes, wide);
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

    /// <summary>Two tables by turns: neighbours are often alike, and raising the same counter twice in a row has to wait for the first.</summary>
    private static int[] Count(ReadOnlySpan<ushort> pixels)
    {
        int[] counts = new int[Codes], others = ArrayPool<int>.Shared.Rent(Codes);
        Span<int> first = counts, second = others.AsSpan(0, Codes);
        second.Clear();
        int i = 0;
        for (; i + 1 < pixels.Length; i += 2)
        {
            first[pixels[i]]++;
            second[pixels[i + 1]]++;
        }

        if (i < pixels.Length)
        {
            first[pixels[i]]++;
        }

        for (int code = 0; code < Codes; code++)
        {
            first[code] += second[code];
        }

        ArrayPool<int>.Shared.Return(others);
        return counts;
    }
}
