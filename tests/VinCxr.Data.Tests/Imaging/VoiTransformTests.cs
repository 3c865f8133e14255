using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Tests.Imaging;

/// <summary>
/// The display functions against PS3.3 C.11.2.1.2 and C.11.2.1.3, written here with decimals. Every stored value of 16 bits is tried, to the
/// unit of a 16-bit display: half a unit of rounding, and 0.01 for the 32-bit levels.
/// </summary>
public class VoiTransformTests
{
    private const double Unit = 0.51;

    [Theory]
    [InlineData(2048, 4096, false)]
    [InlineData(2048, 4096, true)]
    [InlineData(32768, 65536, false)]
    [InlineData(-1000.5, 400.25, true)]
    [InlineData(40, 2, true)]
    [InlineData(40.5, 1, false)]
    [InlineData(700, 1, true)]
    [InlineData(0, 1.5, true)]
    public void Linear(double center, double width, bool signed) => Matches("LINEAR", center, width, signed, value =>
    {
        decimal c = (decimal)center, w = (decimal)width;
        return value <= c - 0.5m - ((w - 1) / 2) ? 0
            : value > c - 0.5m + ((w - 1) / 2) ? 65535
            : (((value - (c - 0.5m)) / (w - 1)) + 0.5m) * 65535;
    });

    [Theory]
    [InlineData(2048, 4096, false)]
    [InlineData(-3.25, 0.5, true)]
    [InlineData(100, 1, true)]
    [InlineData(0, 65535, true)]
    public void Linear_exact(double center, double width, bool signed) => Matches("LINEAR_EXACT", center, width, signed, value =>
    {
        decimal c = (decimal)center, w = (decimal)width;
        return value <= c - (w / 2) ? 0 : value > c + (w / 2) ? 65535 : (((value - c) / w) + 0.5m) * 65535;
    });

    [Theory]
    [InlineData(2048, 4096, false)]
    [InlineData(-500, 0.5, true)]
    [InlineData(0, 20000, true)]
    public void Sigmoid(double center, double width, bool signed) => Matches(
        "SIGMOID", center, width, signed, value => 65535m * (decimal)(1 / (1 + Math.Exp(-4 * ((double)value - center) / width))));

    [Theory]
    [InlineData(10, 12)]
    [InlineData(0, 16)]
    [InlineData(-300, 8)]
    public void Lut(int first, int bits)
    {
        var random = new Random(bits);
        ushort[] entries = [.. Enumerable.Range(0, 700).Select(_ => (ushort)random.Next(1 << bits))];
        DicomHeader header = Header(signed: true) with { VoiLut = new DicomLut(first, bits, entries), Windows = [(1, 2)] };
        Matches(header, value => value < first ? Of(entries[0]) : value >= first + entries.Length ? Of(entries[^1]) : Of(entries[(int)value - first]));

        decimal Of(ushort entry) => entry * 65535m / ((1 << bits) - 1);
    }

    [Fact]
    public void Monochrome1_is_the_mirror_of_every_function()
    {
        foreach (string function in new[] { "LINEAR", "LINEAR_EXACT", "SIGMOID" })
        {
            DicomHeader header = Header(signed: false) with { VoiFunction = function, Windows = [(2000, 1500)] };
            float[] normal = DisplayLevels.Of(header, useWindow: true), mirrored = DisplayLevels.Of(header with { Photometric = "MONOCHROME1" }, useWindow: true);
            Assert.All(normal.Zip(mirrored), pair => Assert.Equal(1, pair.First + pair.Second, 1e-6));
        }
    }

    private static void Matches(string function, double center, double width, bool signed, Func<decimal, decimal> formula) =>
        Matches(Header(signed) with { VoiFunction = function, Windows = [(center, width)] }, formula);

    private static void Matches(DicomHeader header, Func<decimal, decimal> formula)
    {
        ushort[] stored = [.. Enumerable.Range(0, 65536).Select(value => (ushort)value)];
        ushort[] shown = ImagePreparationTests.Prepare(stored, 256, 256, header, new PreprocessSpec(256, "voi", "none", 16));
        for (int i = 0; i < stored.Length; i++)
        {
            decimal expected = formula(header.Signed ? (short)stored[i] : stored[i]);
            if (Math.Abs((double)expected - shown[i]) > Unit)
            {
                Assert.Fail($"stored {(header.Signed ? (short)stored[i] : stored[i])} shows as {shown[i]}, the standard says {expected}");
            }
        }
    }

    private static DicomHeader Header(bool signed) => ImagePreparationTests.Header(256, 256) with { Signed = signed };
}
