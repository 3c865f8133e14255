using System.Runtime.InteropServices;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Tests.Imaging;

public class ImagePreparationTests
{
    private static readonly PreprocessSpec Full16 = new(Size: 4096, Window: "voi", Transform: "none", Bits: 16);

    /// <summary>Half a unit of the output plus the rounding of a 32-bit float: exact to the unit.</summary>
    private const double Unit = 0.51;

    [Theory]
    [InlineData(2048.0, 4096.0)]
    [InlineData(600.0, 1600.0)]
    [InlineData(40.5, 1.0)]
    [InlineData(0.0, 2.0)]
    public void Linear_window_follows_the_standard_to_the_unit(double center, double width)
    {
        ushort[] stored = [.. Enumerable.Range(0, 4096).Select(value => (ushort)value)];
        ushort[] shown = Prepare(stored, 64, 64, Header(64, 64) with { BitsStored = 12, HighBit = 11, Windows = [(center, width)] }, Full16);
        for (int i = 0; i < stored.Length; i++)
        {
            double expected = stored[i] <= center - 0.5 - ((width - 1) / 2) ? 0
                : stored[i] > center - 0.5 + ((width - 1) / 2) ? 65535
                : (((stored[i] - (center - 0.5)) / (width - 1)) + 0.5) * 65535;
            Assert.Equal(expected, shown[i], Unit);
        }
    }

    [Fact]
    public void Monochrome1_is_inverted_after_its_window()
    {
        ushort[] stored = [0, 400, 500, 600, 1000, 1023];
        DicomHeader header = Header(1, 6) with { BitsStored = 10, HighBit = 9, Windows = [(500, 401)] };
        ushort[] normal = Prepare(stored, 1, 6, header, Full16);
        ushort[] inverted = Prepare(stored, 1, 6, header with { Photometric = "MONOCHROME1" }, Full16);
        Assert.All(normal.Zip(inverted), pair => Assert.InRange(pair.First + pair.Second, 65534, 65536));
        Assert.Equal(0, inverted[^1]);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Min_max_spans_the_full_range(int bits)
    {
        byte[] plane = ImagePreparation.Prepare(Image([700, 800, 900, 701], Header(2, 2)), new PreprocessSpec(4, "voi", "minmax", bits)).Bytes;
        double[] shown = bits == 8 ? [.. plane.Select(v => v / 255.0)] : [.. MemoryMarshal.Cast<byte, ushort>(plane).ToArray().Select(v => v / 65535.0)];
        double[] expected = [0, 0.5, 1, 1 / 200.0];
        Assert.All(expected.Zip(shown), pair => Assert.Equal(pair.First, pair.Second, 0.51 / ((1 << bits) - 1)));
    }

    [Fact]
    public void Constant_image_becomes_black_not_a_division_by_zero() =>
        Assert.All(ImagePreparation.Prepare(Image([9, 9, 9, 9], Header(2, 2)), new PreprocessSpec(4)).Bytes, value => Assert.Equal(0, value));

    [Theory]
    [InlineData(1000, 600, 512, 512, 307)]
    [InlineData(600, 1000, 250, 150, 250)]
    [InlineData(100, 80, 512, 100, 80)]
    [InlineData(4000, 2, 10, 10, 1)]
    public void Longest_side_is_reduced_to_size_and_never_enlarged(int columns, int rows, int size, int width, int height)
    {
        Plane plane = ImagePreparation.Prepare(Image(new ushort[rows * columns], Header(rows, columns)), new PreprocessSpec(size));
        Assert.Equal((width, height, 8), (plane.Width, plane.Height, plane.Bits));
        Assert.Equal(width * height, plane.Bytes.Length);
    }

    [Theory]
    [InlineData(12, 8, 6)]
    [InlineData(13, 7, 5)]
    [InlineData(31, 29, 30)]
    [InlineData(9, 64, 7)]
    public void Reduction_is_the_mean_over_the_covered_area(int columns, int rows, int size)
    {
        var random = new Random(3);
        ushort[] stored = [.. Enumerable.Range(0, rows * columns).Select(_ => (ushort)random.Next(65536))];
        Plane plane = ImagePreparation.Prepare(Image(stored, Header(rows, columns)), Full16 with { Size = size });
        ushort[] shown = MemoryMarshal.Cast<byte, ushort>(plane.Bytes).ToArray();
        for (int y = 0; y < plane.Height; y++)
        {
            for (int x = 0; x < plane.Width; x++)
            {
                Assert.Equal(AreaMean(stored, columns, rows, plane, x, y), shown[(y * plane.Width) + x], 1.0);
            }
        }
    }

    [Theory]
    [InlineData("LINEAR_EXACT")]
    [InlineData("SIGMOID")]
    public void Other_window_functions_follow_the_standard(string function)
    {
        ushort[] stored = [0, 100, 150, 200, 250, 300, 1000, 65535];
        ushort[] shown = Prepare(stored, 1, 8, Header(1, 8) with { VoiFunction = function, Windows = [(200, 200)] }, Full16);
        for (int i = 0; i < stored.Length; i++)
        {
            double expected = function == "SIGMOID"
                ? 65535 / (1 + Math.Exp(-4 * (stored[i] - 200.0) / 200))
                : stored[i] <= 100 ? 0 : stored[i] > 300 ? 65535 : (stored[i] - 100.0) / 200 * 65535;
            Assert.Equal(expected, shown[i], Unit);
        }
    }

    [Fact]
    public void Rescale_comes_before_the_window_and_signs_and_overlay_bits_are_respected()
    {
        // Twelve signed bits; the upper four hold an overlay that is no part of the value.
        ushort[] stored = [0xF800, 0x0FFF, 0x7000, 0x07FF];
        double[] values = [-2048, -1, 0, 2047];
        DicomHeader header = Header(1, 4) with
        {
            BitsStored = 12,
            HighBit = 11,
            Signed = true,
            RescaleSlope = 2,
            RescaleIntercept = -10,
            Windows = [(0, 10001)],
        };
        ushort[] shown = Prepare(stored, 1, 4, header, Full16);
        Assert.All(values.Zip(shown), pair => Assert.Equal(((((2 * pair.First) - 10) + 0.5) / 10000 + 0.5) * 65535, pair.Second, Unit));
    }

    [Fact]
    public void Voi_lut_goes_before_windows_and_holds_its_ends()
    {
        DicomHeader header = Header(1, 5) with { VoiLut = new DicomLut(10, 12, [0, 1000, 4095]), Windows = [(1, 2)] };
        ushort[] shown = Prepare([0, 10, 11, 12, 500], 1, 5, header, Full16);
        Assert.Equal([0, 0, (ushort)Math.Round(1000 * 65535 / 4095.0), 65535, 65535], shown);
    }

    [Fact]
    public void Without_a_usable_window_the_whole_stored_range_is_shown()
    {
        ushort[] stored = [0, 512, 1023];
        DicomHeader header = Header(1, 3) with { BitsStored = 10, HighBit = 9, Windows = [(5, 0)] };
        Assert.Equal([0, (ushort)Math.Round(512 * 65535 / 1023.0), 65535], Prepare(stored, 1, 3, header, Full16));
        Assert.Equal(
            [0, (ushort)Math.Round(512 * 65535 / 1023.0), 65535],
            Prepare(stored, 1, 3, header with { Windows = [(700, 20)] }, Full16 with { Window = "none" }));
    }

    [Fact]
    public void Colour_becomes_luma()
    {
        DicomHeader header = Header(1, 2) with { BitsAllocated = 8, BitsStored = 8, HighBit = 7, Photometric = "RGB", SamplesPerPixel = 3 };
        var image = new DicomImage(header, [200, 100, 50, 0, 0, 255]);
        Assert.Equal([124, 29], ImagePreparation.Prepare(image, Full16 with { Bits = 8 }).Bytes);
        Assert.Equal([200, 0], ImagePreparation.Prepare(image with { Header = header with { Photometric = "YBR_FULL" } }, Full16 with { Bits = 8 }).Bytes);
    }

    [Fact]
    public void Several_frames_palettes_and_a_slope_of_zero_are_refused()
    {
        Assert.Contains("2 frames", Refusal(Header(1, 1) with { Frames = 2 }));
        Assert.Contains("'PALETTE COLOR'", Refusal(Header(1, 1) with { Photometric = "PALETTE COLOR" }));
        Assert.Contains("RescaleSlope is 0", Refusal(Header(1, 1) with { RescaleSlope = 0 }));
        Assert.Contains("'CUBIC' is unknown", Refusal(Header(1, 1) with { VoiFunction = "CUBIC", Windows = [(1, 2)] }));
    }

    [Theory]
    [InlineData(0, "voi", 8, "preprocess.size is 0")]
    [InlineData(64, "lung", 8, "preprocess.window is 'lung'")]
    [InlineData(64, "voi", 12, "preprocess.bits is 12")]
    public void Impossible_specs_are_refused(int size, string window, int bits, string reason) => Assert.Contains(
        reason,
        Assert.Throws<InvalidInputException>(() => ImagePreparation.Prepare(Image([1], Header(1, 1)), new PreprocessSpec(size, window, "none", bits))).Message);

    private static string Refusal(DicomHeader header) =>
        Assert.Throws<DicomException>(() => ImagePreparation.Prepare(Image([1, 1], header), Full16)).Message;

    /// <summary>Mean over the rectangle of the source that an output pixel covers, pixel by pixel.</summary>
    private static double AreaMean(ushort[] stored, int columns, int rows, Plane plane, int x, int y)
    {
        double sum = 0, area = 0;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double overlap = Overlap(column, (double)columns / plane.Width, x) * Overlap(row, (double)rows / plane.Height, y);
                sum += stored[(row * columns) + column] * overlap;
                area += overlap;
            }
        }

        return sum / area;
    }

    private static double Overlap(int source, double step, int target) =>
        Math.Max(0, Math.Min(source + 1, (target + 1) * step) - Math.Max(source, target * step));

    internal static DicomHeader Header(int rows, int columns) => new()
    {
        TransferSyntax = "1.2.840.10008.1.2.1",
        Photometric = "MONOCHROME2",
        Rows = rows,
        Columns = columns,
        BitsAllocated = 16,
        BitsStored = 16,
        HighBit = 15,
        Signed = false,
        SamplesPerPixel = 1,
        PlanarConfiguration = 0,
        Frames = 1,
        HasPixelData = true,
    };

    internal static DicomImage Image(ushort[] stored, DicomHeader header) => new(header, MemoryMarshal.AsBytes<ushort>(stored).ToArray());

    internal static ushort[] Prepare(ushort[] stored, int rows, int columns, DicomHeader header, PreprocessSpec spec) =>
        MemoryMarshal.Cast<byte, ushort>(ImagePreparation.Prepare(Image(stored, header with { Rows = rows, Columns = columns }), spec).Bytes).ToArray();
}
