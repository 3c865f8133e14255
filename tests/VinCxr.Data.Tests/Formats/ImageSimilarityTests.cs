using VinCxr.Data.Formats;

namespace VinCxr.Data.Tests.Formats;

public sealed class ImageSimilarityTests
{
    [Fact]
    public void Psnr_follows_its_definition()
    {
        // Mean square error (100 + 0 + 0 + 400) / 4 = 125.
        double psnr = ImageSimilarity.Psnr([1000, 2000, 3000, 4000], [1010, 2000, 3000, 3980]);
        Assert.Equal(20 * Math.Log10(65535 / Math.Sqrt(125)), psnr, 10);
        Assert.Equal(double.PositiveInfinity, ImageSimilarity.Psnr([5, 6], [5, 6]));
    }

    [Theory]
    [InlineData(11, 11, 1)]
    [InlineData(23, 17, 2)]
    [InlineData(40, 31, 3)]
    [InlineData(12, 57, 4)]
    public void Ssim_equals_the_sum_over_every_window(int width, int height, int seed)
    {
        var random = new Random(seed);
        ushort[] a = [.. Enumerable.Range(0, width * height).Select(i => (ushort)((20000 + (15000 * Math.Sin(i * 0.1)) + random.Next(5000))))];
        ushort[] b = [.. a.Select(v => (ushort)Math.Clamp((v * 0.9) + random.Next(4000), 0, 65535))];

        Assert.Equal(BruteForce(a, b, width, height), ImageSimilarity.Ssim(a, b, width, height), 10);
        Assert.Equal(1, ImageSimilarity.Ssim(a, a, width, height), 12);
    }

    [Fact]
    public void Flat_images_compare_by_luminance_alone()
    {
        ushort[] a = [.. Enumerable.Repeat((ushort)32768, 400)], b = [.. Enumerable.Repeat((ushort)16384, 400)];
        double x = 32768 / 65535.0, y = 16384 / 65535.0;
        Assert.Equal(((2 * x * y) + 1e-4) / ((x * x) + (y * y) + 1e-4), ImageSimilarity.Ssim(a, b, 20, 20), 9);
    }

    [Fact]
    public void Images_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ImageSimilarity.Ssim(new ushort[100], new ushort[100], 10, 10));
        Assert.Throws<ArgumentException>(() => ImageSimilarity.Ssim(new ushort[400], new ushort[399], 20, 20));
        Assert.Throws<ArgumentException>(() => ImageSimilarity.Psnr(new ushort[1], new ushort[2]));
    }

    /// <summary>The formula of the paper, a weighted sum per window, on the scale 0..65535.</summary>
    private static double BruteForce(ushort[] a, ushort[] b, int width, int height)
    {
        const double L = 65535, C1 = 0.01 * L * 0.01 * L, C2 = 0.03 * L * 0.03 * L;
        double[,] weights = new double[11, 11];
        double sum = 0;
        for (int i = 0; i < 121; i++)
        {
            int dy = (i / 11) - 5, dx = (i % 11) - 5;
            sum += weights[i / 11, i % 11] = Math.Exp(-((dx * dx) + (dy * dy)) / (2 * 1.5 * 1.5));
        }

        List<double> similarities = [];
        for (int top = 0; top + 11 <= height; top++)
        {
            for (int left = 0; left + 11 <= width; left++)
            {
                double Mean(Func<int, double> value) => Enumerable.Range(0, 121).Sum(i => weights[i / 11, i % 11] / sum * value(((top + (i / 11)) * width) + left + (i % 11)));
                double meanA = Mean(i => a[i]), meanB = Mean(i => b[i]);
                double varianceA = Mean(i => (a[i] - meanA) * (a[i] - meanA)), varianceB = Mean(i => (b[i] - meanB) * (b[i] - meanB));
                double covariance = Mean(i => (a[i] - meanA) * (b[i] - meanB));
                similarities.Add(((2 * meanA * meanB) + C1) * ((2 * covariance) + C2) / (((meanA * meanA) + (meanB * meanB) + C1) * (varianceA + varianceB + C2)));
            }
        }

        return similarities.Average();
    }
}
