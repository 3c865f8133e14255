using System.Runtime.InteropServices;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Synthesis.Dicom;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Imaging;

public sealed class StoredPlaneTests
{
    private const double HalfStep = 0.5;

    [Theory]
    [InlineData(10, false)]
    [InlineData(12, false)]
    [InlineData(12, true)]
    [InlineData(16, false)]
    [InlineData(16, true)]
    public void Samples_lie_on_a_line_over_all_values_of_the_stored_bits(int bits, bool monochrome1)
    {
        ushort[] pixels = [.. Enumerable.Range(0, 64 * 48).Select(i => (ushort)(i * 7919 % (1 << bits)))];
        var stored = StoredPlane.Of(Read(new DicomContent
        {
            Identity = 1,
            Rows = 48,
            Columns = 64,
            Pixels = pixels,
            BitsStored = bits,
            Monochrome1 = monochrome1,
            Rescale = (2, -1000),
            Window = (500, 300),
        }), 4096);

        Assert.Equal((64, 48, 16), (stored.Plane.Width, stored.Plane.Height, stored.Plane.Bits));
        Assert.Equal((-1000, (2 * ((1 << bits) - 1)) - 1000.0), (stored.Low, stored.High));
        Assert.Equal(monochrome1, stored.IsInverted);
        Assert.Equal([(500, 300)], stored.Windows);
        Assert.Equal(("LINEAR", false), (stored.VoiFunction, stored.HasVoiLut));
        Assert.All(ValuesOf(stored).Zip(pixels), p => Assert.Equal((2 * p.Second) - 1000, p.First, HalfStep));
    }

    [Fact]
    public void Signed_values_and_falling_slopes_keep_their_sign()
    {
        ushort[] words = [0x8000, 0xFFFF, 0, 1, 0x7FFF, 100];
        byte[] file = new DicomBytes().Image(2, 3, signed: true).Text(0x00281052, "DS", "5").Text(0x00281053, "DS", "-1").Pixels(words).File("1.2.840.10008.1.2.1");
        var stored = StoredPlane.Of(new DicomReader().Read(file), 16);

        Assert.Equal((32773, -32762), (stored.Low, stored.High));
        Assert.Equal([32773, 6, 5, 4, -32762, -95], ValuesOf(stored).Select(v => Math.Round(v)));
        Assert.Empty(stored.Windows);
    }

    [Fact]
    public void Reduced_planes_hold_means_of_values()
    {
        ushort[] pixels = [.. Enumerable.Range(0, 64 * 64).Select(i => (ushort)(i % 64 * 1000))];
        var stored = StoredPlane.Of(Read(new DicomContent { Identity = 2, Rows = 64, Columns = 64, Pixels = pixels }), 16);

        Assert.Equal((16, 16), (stored.Plane.Width, stored.Plane.Height));
        Assert.All(ValuesOf(stored).Select((value, i) => (value, i)), p => Assert.Equal((p.i % 16 * 4000) + 1500, p.value, 1.0));
    }

    [Fact]
    public void Windows_that_cannot_be_used_are_left_out_and_a_slope_of_nothing_is_refused()
    {
        byte[] File(string window, string slope) => new DicomBytes().Image(1, 2).Text(0x00281050, "DS", "5\\6").Text(0x00281051, "DS", window)
            .Text(0x00281053, "DS", slope).Pixels(1, 2).File("1.2.840.10008.1.2.1");

        Assert.Equal([(6, 10)], StoredPlane.Of(new DicomReader().Read(File("0\\10", "1")), 16).Windows);
        Assert.Throws<DicomException>(() => StoredPlane.Of(new DicomReader().Read(File("0\\10", "0")), 16));
    }

    [Fact]
    public void Real_radiographs_give_their_stored_values()
    {
        Assert.SkipUnless(SharedData.RealLungs is not null, "../shared/data/real-lungs is absent");
        foreach (string path in Directory.EnumerateFiles(SharedData.RealLungs!, "*.dicom").Order(StringComparer.Ordinal).Take(8))
        {
            var image = new DicomReader().Read(File.ReadAllBytes(path));
            var stored = StoredPlane.Of(image, 4096);
            int mask = (1 << image.Header.BitsStored) - 1;
            double[] expected = [.. MemoryMarshal.Cast<byte, ushort>(image.PixelBytes).ToArray().Select(code => ((code & mask) * image.Header.RescaleSlope) + image.Header.RescaleIntercept)];
            Assert.Equal(0, ValuesOf(stored).Zip(expected, (a, b) => Math.Abs(a - b)).Max(), HalfStep * Math.Abs(image.Header.RescaleSlope));
        }
    }

    private static DicomImage Read(DicomContent content) => new DicomReader().Read(DicomWriter.Write(content));

    private static double[] ValuesOf(StoredPlane stored) =>
        [.. MemoryMarshal.Cast<byte, ushort>(stored.Plane.Bytes).ToArray().Select(s => stored.Low + (s * (stored.High - stored.Low) / ushort.MaxValue))];
}
