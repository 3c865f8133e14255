using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging.Transforms;

namespace VinCxr.Data.Tests.Imaging.Transforms;

/// <summary>Every transform against its formula, written here a second time over plain pixels instead of code tables.</summary>
public class ImageTransformTests
{
    private const int Rows = 40;
    private const int Columns = 50;

    /// <summary>Half a 16-bit unit and the rounding of a few float operations.</summary>
    private const double Unit = 1.0 / 65535;

    private static readonly ushort[] Stored = [.. Enumerable.Range(0, Rows * Columns).Select(i => (ushort)(300 + (i * 7919 % 1000) + (i % 13 == 0 ? 2000 : 0)))];

    [Fact]
    public void Percentile_clips_half_a_percent_at_either_end()
    {
        double[] sorted = [.. Stored.Select(v => (double)v).Order()];
        double low = sorted[(int)Math.Ceiling(0.005 * sorted.Length) - 1], high = sorted[(int)Math.Ceiling(0.995 * sorted.Length) - 1];
        Matches("percentile", v => Math.Clamp((v - low) / (high - low), 0, 1));
    }

    [Fact]
    public void Equalize_gives_every_pixel_its_rank()
    {
        double darkest = Stored.Count(other => other == Stored.Min());
        Matches("equalize", v => (Stored.Count(other => other <= v) - darkest) / (Stored.Length - darkest));
    }

    [Theory]
    [InlineData("gamma", 0.7)]
    [InlineData("gamma-1.5", 1.5)]
    public void Gamma_is_a_power_of_the_stretched_level(string name, double gamma) =>
        Matches(name, v => Math.Pow((v - Stored.Min()) / (double)(Stored.Max() - Stored.Min()), gamma));

    [Fact]
    public void Z_score_centres_the_mean()
    {
        double mean = Stored.Average(v => v), deviation = Math.Sqrt(Stored.Average(v => (v - mean) * (v - mean)));
        Matches("zscore", v => Math.Clamp(0.5 + ((v - mean) / deviation / 6), 0, 1));
    }

    [Fact]
    public void Unsharp_adds_the_difference_to_a_gaussian_blur()
    {
        double[] stretched = [.. Stored.Select(v => (v - Stored.Min()) / (double)(Stored.Max() - Stored.Min()))];
        double[] kernel = [.. Enumerable.Range(-12, 25).Select(i => Math.Exp(-i * i / 18.0))];
        ushort[] shown = Shown("unsharp");
        for (int y = 0; y < Rows; y++)
        {
            for (int x = 0; x < Columns; x++)
            {
                double blur = 0;
                for (int dy = -12; dy <= 12; dy++)
                {
                    for (int dx = -12; dx <= 12; dx++)
                    {
                        blur += kernel[dy + 12] * kernel[dx + 12] * stretched[(Mirror(y + dy, Rows) * Columns) + Mirror(x + dx, Columns)];
                    }
                }

                double expected = Math.Clamp((2 * stretched[(y * Columns) + x]) - (blur / Math.Pow(kernel.Sum(), 2)), 0, 1);
                // The filter cuts its kernel's tail and works on whole 16-bit values.
                Assert.Equal(expected, shown[(y * Columns) + x] / 65535.0, 0.0005);
            }
        }
    }

    [Fact]
    public void Clahe_at_tile_centres_is_the_tiles_own_clipped_equalisation()
    {
        // Tiles of 15x15 have a middle pixel, which no neighbouring tile reaches. Levels are multiples of a bin, 16.
        const int side = 120, tile = 15;
        var random = new Random(11);
        ushort[] stored = [.. Enumerable.Range(0, side * side).Select(i => (ushort)(16 * Math.Min(4095, random.Next(40) + (i / side * 33))))];
        (stored[0], stored[^1]) = (0, 65535);
        ushort[] shown = ImagePreparationTests.Prepare(stored, side, side, ImagePreparationTests.Header(side, side), Spec("clahe"));
        for (int y = tile / 2; y < side; y += tile)
        {
            for (int x = tile / 2; x < side; x += tile)
            {
                int left = x - (tile / 2), top = y - (tile / 2);
                int[] bins = [.. Enumerable.Range(0, tile * tile).Select(i => stored[((top + (i / tile)) * side) + left + (i % tile)] / 16)];
                double clipped = bins.GroupBy(bin => bin).Sum(group => group.Count() - 1.0);
                int own = stored[(y * side) + x] / 16;
                double rank = bins.Where(bin => bin < own).Distinct().Count() + (clipped * own / 4096);
                Assert.Equal(rank / (tile * tile), shown[(y * side) + x] / 65535.0, 2 * Unit);
            }
        }
    }

    [Fact]
    public void Clahe_raises_local_contrast_and_keeps_the_order_of_far_levels()
    {
        // Two halves of a faint gradient each: it must grow, and the halves must stay apart.
        const int side = 512;
        ushort[] faint = [.. Enumerable.Range(0, side * side).Select(i => (ushort)((i % side < side / 2 ? 1000 : 3000) + (i * 31 % 97)))];
        DicomHeader header = ImagePreparationTests.Header(side, side) with { BitsStored = 12, HighBit = 11 };
        ushort[] plain = ImagePreparationTests.Prepare(faint, side, side, header, Spec("minmax"));
        ushort[] clahe = ImagePreparationTests.Prepare(faint, side, side, header, Spec("clahe"));
        int[] dark = [.. Enumerable.Range(0, side * side).Where(i => i % side < side / 4)];
        Assert.True(dark.Max(i => clahe[i]) - dark.Min(i => clahe[i]) > 1.5 * (dark.Max(i => plain[i]) - dark.Min(i => plain[i])));
        Assert.True(clahe[(side / 2 * side) + side - 50] > dark.Max(i => clahe[i]));
    }

    [Fact]
    public void None_leaves_the_level_of_the_stored_range() => Matches("none", v => v / 4095.0);

    [Fact]
    public void Constant_images_survive_every_transform()
    {
        foreach (string name in ImageTransforms.Names)
        {
            ushort[] shown = ImagePreparationTests.Prepare(new ushort[64], 8, 8, ImagePreparationTests.Header(8, 8), Spec(name));
            Assert.Single(shown.Distinct());
        }
    }

    [Fact]
    public void Percentile_of_a_nearly_constant_image_keeps_the_rest()
    {
        var stored = new ushort[1000];
        stored[17] = 500;
        ushort[] shown = ImagePreparationTests.Prepare(stored, 10, 100, ImagePreparationTests.Header(10, 100), Spec("percentile"));
        Assert.Equal((65535, 0), (shown[17], shown[18]));
    }

    [Fact]
    public void Unknown_name_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<InvalidInputException>(() => Shown("sharpen"));
        Assert.Contains("'sharpen'", error.Message);
        Assert.Contains("none, minmax, percentile, equalize, clahe, gamma", error.Message);
    }

    private static void Matches(string transform, Func<ushort, double> formula)
    {
        ushort[] shown = Shown(transform);
        for (int i = 0; i < shown.Length; i++)
        {
            Assert.Equal(formula(Stored[i]), shown[i] / 65535.0, Unit);
        }
    }

    private static ushort[] Shown(string transform) => ImagePreparationTests.Prepare(
        Stored, Rows, Columns, ImagePreparationTests.Header(Rows, Columns) with { BitsStored = 12, HighBit = 11 }, Spec(transform));

    private static PreprocessSpec Spec(string transform) => new(Size: 4096, Window: "none", Transform: transform, Bits: 16);

    private static int Mirror(int at, int size) => at < 0 ? -at : at >= size ? (2 * size) - 2 - at : at;
}
