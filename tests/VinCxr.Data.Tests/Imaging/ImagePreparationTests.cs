using System.Runtime.InteropServices;
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
