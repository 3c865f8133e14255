using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Transforms;

namespace VinCxr.Data.Tests.Imaging.Transforms;

/// <summary>Every transform against its formula, written here a second time over plain pixels instead of code tables.</summary>
public class ImageTransformTests
{
    private const int Rows = 40;
    private const int Columns = 50;

    /// <summary>Half a 16-bit unit and the rounding of a few float operations.</summary>
    private const double Unit = 1.0 / 65535;

    private static readonly ushort[] Stored = [.. Enumerable.Range(0, Rows * Columns).Select(i => (ushort)(300 + (i * 7919 % 1000) + (i % 13 == 0 ? 2000 : 0)))];

    [Theory]
    [InlineData("percentile", 0.005, 0.995)]
    [InlineData("percentile(low=1, high=99)", 0.01, 0.99)]
    [InlineData("percentile(low=0, high=100)", 0, 1)]
    [InlineData("percentile(20, 60)", 0.2, 0.6)]
    public void Percentile_clips_at_either_end(string chain, double lowest, double highest)
    {
        double[] sorted = [.. Stored.Select(v => (double)v).Order()];
        double low = sorted[Math.Max(1, (int)Math.Ceiling(lowest * sorted.Length)) - 1], high = sorted[(int)Math.Ceiling(highest * sorted.Length) - 1];
        Matches(chain, v => Math.Clamp((v - low) / (high - low), 0, 1));
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
    [InlineData("gamma(2.2)", 2.2)]
    public void Gamma_is_a_power_of_the_stretched_level(string name, double gamma) =>
        Matches(name, v => Math.Pow((v - Stored.Min()) / (double)(Stored.Max() - Stored.Min()), gamma));

    [Theory]
    [InlineData("zscore", 3)]
    [InlineData("zscore(deviations=1.5)", 1.5)]
    public void Z_score_centres_the_mean(string chain, double deviations)
    {
        double mean = Stored.Average(v => v), deviation = Math.Sqrt(Stored.Average(v => (v - mean) * (v - mean)));
        Matches(chain, v => Math.Clamp(0.5 + ((v - mean) / deviation / (2 * deviations)), 0, 1));
    }

    [Fact]
    public void Invert_mirrors_the_levels() => Matches("invert", v => 1 - (v / 4095.0));

    [Fact]
    public void Steps_of_a_chain_pass_their_levels_on()
    {
        double[] sorted = [.. Stored.Select(v => (double)v).Order()];
        double low = sorted[(int)Math.Ceiling(0.1 * sorted.Length) - 1], high = sorted[(int)Math.Ceiling(0.9 * sorted.Length) - 1];
        Matches("percentile(10, 90) + gamma(0.8)", v => Math.Pow(Math.Clamp((v - low) / (high - low), 0, 1), 0.8));
        Matches("gamma(0.8) + percentile(10, 90)", v =>
        {
            double Level(double value) => Math.Pow((value - sorted[0]) / (sorted[^1] - sorted[0]), 0.8);
            return Math.Clamp((Level(v) - Level(low)) / (Level(high) - Level(low)), 0, 1);
        });
    }

    [Fact]
    public void A_table_step_after_a_filter_sees_the_new_pixels()
    {
        double[] filtered = [.. Shown("unsharp").Select(v => (double)v)];
        double mean = filtered.Average(), deviation = Math.Sqrt(filtered.Average(v => (v - mean) * (v - mean)));
        ushort[] shown = Shown("unsharp + zscore");
        Assert.All(filtered.Zip(shown), pair => Assert.Equal(Math.Clamp(0.5 + ((pair.First - mean) / deviation / 6), 0, 1), pair.Second / 65535.0, Unit));
    }

    [Theory]
    [InlineData("unsharp", 3, 1, 12)]
    [InlineData("unsharp(sigma=2, amount=0.5)", 2, 0.5, 8)]
    [InlineData("unsharp(sigma=5, amount=2.5)", 5, 2.5, 20)]
    public void Unsharp_adds_the_difference_to_a_gaussian_blur(string chain, double sigma, double amount, int reach)
    {
        double[] stretched = [.. Stored.Select(v => (v - Stored.Min()) / (double)(Stored.Max() - Stored.Min()))];
        double[] kernel = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(i => Math.Exp(-i * i / (2 * sigma * sigma)))];
        double weight = Math.Pow(kernel.Sum(), 2);
        ushort[] shown = Shown(chain);
        for (int y = 0; y < Rows; y++)
        {
            for (int x = 0; x < Columns; x++)
            {
                double blur = 0;
                for (int dy = -reach; dy <= reach; dy++)
                {
                    for (int dx = -reach; dx <= reach; dx++)
                    {
                        blur += kernel[dy + reach] * kernel[dx + reach] * stretched[(Mirror(y + dy, Rows) * Columns) + Mirror(x + dx, Columns)];
                    }
                }

                double own = stretched[(y * Columns) + x], expected = Math.Clamp(own + (amount * (own - (blur / weight))), 0, 1);
                // The filter cuts its kernel's tail and works on whole 16-bit values.
                Assert.Equal(expected, shown[(y * Columns) + x] / 65535.0, 0.0005 * Math.Max(1, amount));
            }
        }
    }

    [Fact]
    public void None_leaves_the_level_of_the_stored_range() => Matches("none", v => v / 4095.0);

    [Fact]
    public void Constant_images_survive_every_transform()
    {
        foreach (string name in TransformCatalog.Names)
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
