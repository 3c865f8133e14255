using System.Runtime.InteropServices;
using CsCheck;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Imaging.Reduction;

namespace VinCxr.Data.Tests.Imaging.Reduction;

public class LinearReductionTests
{
    private static readonly Gen<DicomHeader> Headers = Gen.Select(
        Gen.Int[1, 70], Gen.Int[1, 70], OneOf(8, 16), Gen.Int[1, 16], Gen.Int[0, 15], Gen.Bool, Gen.Bool, Gen.Int[0, 1_000_000]).Select(Header);

    private static readonly Gen<PreprocessSpec> Specs = Gen.Select(
        Gen.Int[1, 72], OneOf("voi", "none"), OneOf("none", "minmax"), OneOf(8, 16), (size, window, transform, bits) =>
            new PreprocessSpec(size, window, transform, bits));

    /// <summary>Rounding once, and what 32-bit floats lose in a product of 16 bits.</summary>
    private const double Rounding = 0.52;

    [Fact]
    public void Planes_are_the_rounded_formulas_of_the_standard() => Gen.Select(Headers, Specs, Gen.Int).Sample(
        (header, spec, seed) =>
        {
            int[] stored = Values(header, seed);
            ushort[] samples = Samples(header, stored, seed);
            using LinearReduction? reduction = LinearReduction.Of(header, spec, StoredRowFormat.OfDecoded(header));
            if (reduction is null)
            {
                return true;
            }

            reduction.Add(Bytes(header, samples));
            Plane plane = reduction.Finish();
            double[] expected = DisplayOracle.Means(header, stored, spec, plane.Width, plane.Height);
            double largest = (1 << spec.Bits) - 1;

            // Means are kept to 2^-15 of a code or finer, which a stretched range of a few codes makes visible in 16 bits.
            double tolerance = Rounding + (spec.Transform == "minmax" ? largest / 32768 / Math.Max(1, stored.Max() - stored.Min()) : 0);
            return expected.Zip(Output(plane)).All(pair => Math.Abs((pair.First * largest) - pair.Second) <= tolerance);
        },
        iter: 500);

    [Fact]
    public void The_table_of_levels_gives_the_same_plane_to_one_output_value() => Gen.Select(Headers, Specs, Gen.Int).Sample(
        (header, spec, seed) =>
        {
            ReadOnlyMemory<byte> bytes = Bytes(header, Samples(header, Values(header, seed), seed));
            Plane plane = ImagePreparation.Prepare(header, bytes, StoredRowFormat.OfDecoded(header), spec with { Bits = 8 });
            Plane table = ImagePreparation.PrepareByTable(header, bytes, spec with { Bits = 8 });
            return (plane.Width, plane.Height) == (table.Width, table.Height)
                && plane.Bytes.Zip(table.Bytes).All(pair => Math.Abs(pair.First - pair.Second) <= 1);
        },
        iter: 500);

    [Theory]
    [InlineData("minmax", null, 2048, 4096, true)]
    [InlineData("none", null, 2048, 4096, true)]
    [InlineData("minmax", null, 2047, 4095, true)]
    [InlineData("percentile", null, 2048, 4096, false)]
    [InlineData("minmax", "SIGMOID", 2048, 4096, false)]
    [InlineData("minmax", null, 2048, 1, false)]
    [InlineData("minmax", null, 9000, 100, false)]
    [InlineData("minmax", null, 2048.123, 1000, false)]
    public void Only_lines_with_whole_bounds_are_reduced_in_integers(string transform, string? function, double center, double width, bool expected)
    {
        DicomHeader header = ImagePreparationTests.Header(9, 9) with { BitsStored = 12, HighBit = 11, Windows = [(center, width)], VoiFunction = function ?? "LINEAR" };
        using LinearReduction? reduction = LinearReduction.Of(header, new PreprocessSpec(4, "voi", transform, 8), StoredRowFormat.LittleWords);
        Assert.Equal(expected, reduction is not null);
    }

    [Fact]
    public void A_plane_is_not_given_before_all_rows_were_seen()
    {
        using LinearReduction reduction = LinearReduction.Of(ImagePreparationTests.Header(3, 2), new PreprocessSpec(2), StoredRowFormat.LittleWords)!;
        reduction.Add(new byte[8]);
        Assert.Contains("2 of 3 rows", Assert.Throws<InvalidOperationException>(reduction.Finish).Message);
    }

    [Theory]
    [InlineData("MONOCHROME2", 0, 255)]
    [InlineData("MONOCHROME1", 255, 0)]
    public void A_window_of_any_width_is_stretched_the_right_way_round(string photometric, byte first, byte last)
    {
        DicomHeader header = ImagePreparationTests.Header(1, 3) with { Photometric = photometric, VoiFunction = "LINEAR_EXACT", Windows = [(0, 1e30)] };
        Plane plane = ImagePreparation.Prepare(ImagePreparationTests.Image([100, 200, 300], header), new PreprocessSpec(3));
        Assert.Equal([first, 128, last], plane.Bytes);
    }

    [Theory]
    [InlineData(65535, 1, 1024)]
    [InlineData(4001, 3, 1000)]
    [InlineData(3072, 3072, 1024)]
    public void The_brightest_pixels_do_not_overflow_the_sums(int columns, int rows, int size)
    {
        DicomHeader header = ImagePreparationTests.Header(rows, columns);
        var samples = new ushort[rows * columns];
        samples.AsSpan().Fill(ushort.MaxValue);
        Plane plane = ImagePreparation.Prepare(header, Bytes(header, samples), StoredRowFormat.LittleWords, new PreprocessSpec(size, "voi", "none", 16));
        Assert.All(Output(plane), value => Assert.Equal(ushort.MaxValue, value));
    }

    private static Gen<T> OneOf<T>(T first, T second) => Gen.Bool.Select(isFirst => isFirst ? first : second);

    private static DicomHeader Header(int rows, int columns, int allocated, int stored, int raised, bool signed, bool inverted, int seed)
    {
        var random = new Random(seed);
        int bits = Math.Min(allocated, stored);
        double[] slopes = [1, 1, 1, 2, -1, 0.5, 0.1, 3.7];
        double[] intercepts = [0, 0, -1024, 0.5];
        int span = 1 << bits;
        (double, double)[] windows = random.Next(3) == 0
            ? []
            : [(random.Next(-2, 2 * span) / 2.0 - (signed ? span / 2 : 0), random.Next(1, (2 * span) + 2))];
        return ImagePreparationTests.Header(rows, columns) with
        {
            BitsAllocated = allocated,
            BitsStored = bits,
            HighBit = Math.Min(allocated - 1, bits - 1 + raised),
            Signed = signed,
            Photometric = inverted ? "MONOCHROME1" : "MONOCHROME2",
            RescaleSlope = slopes[random.Next(slopes.Length)],
            RescaleIntercept = intercepts[random.Next(intercepts.Length)],
            Windows = windows,
            VoiFunction = random.Next(4) == 0 ? "LINEAR_EXACT" : "LINEAR",
        };
    }

    private static int[] Values(DicomHeader header, int seed)
    {
        var random = new Random(seed);
        int span = 1 << header.BitsStored, lowest = header.Signed ? -span / 2 : 0;
        return [.. Enumerable.Range(0, header.Rows * header.Columns).Select(_ => lowest + random.Next(span))];
    }

    private static ushort[] Samples(DicomHeader header, int[] stored, int seed)
    {
        var noise = new Random(~seed);
        return Array.ConvertAll(stored, value => DisplayOracle.Pack(header, value, noise.Next(1 << 16)));
    }

    private static byte[] Bytes(DicomHeader header, ushort[] samples) =>
        header.BitsAllocated <= 8 ? Array.ConvertAll(samples, sample => (byte)sample) : MemoryMarshal.AsBytes<ushort>(samples).ToArray();

    private static int[] Output(Plane plane) =>
        plane.Bits == 8
            ? Array.ConvertAll(plane.Bytes, value => (int)value)
            : Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(plane.Bytes).ToArray(), value => (int)value);
}
