namespace VinCxr.Data.Formats;

/// <summary>Bytes of a whole set, estimated from a sample.</summary>
/// <param name="Low">Lower end of the 95 % interval; null for a sample of one.</param>
public sealed record SizeEstimate(long Bytes, long? Low, long? High)
{
    private const double Z = 1.959963984540054;

    /// <summary>
    /// Ratio estimator: bytes per pixel of the sample, times the pixels of the set. Interval from the residuals' variance with finite-population
    /// correction (Cochran 1977, chapter 6) and Student's t; a sample of the whole set is exact.
    /// </summary>
    /// <param name="sample">Pixels and bytes of each sampled image, at least one.</param>
    /// <param name="images">Images of the set.</param>
    /// <param name="pixels">Pixels of the set.</param>
    public static SizeEstimate Of(IReadOnlyList<(long Pixels, long Bytes)> sample, int images, long pixels)
    {
        int n = sample.Count;
        double meanPixels = sample.Average(s => (double)s.Pixels);
        double ratio = sample.Sum(s => (double)s.Bytes) / sample.Sum(s => (double)s.Pixels);
        double total = ratio * pixels;
        if (n == images)
        {
            long exact = sample.Sum(s => s.Bytes);
            return new(exact, exact, exact);
        }

        if (n < 2)
        {
            return new((long)Math.Round(total), null, null);
        }

        double residuals = sample.Sum(s => Math.Pow(s.Bytes - (ratio * s.Pixels), 2)) / (n - 1);
        double error = pixels / meanPixels * Math.Sqrt((1 - ((double)n / images)) * residuals / n);
        double half = Student(n - 1) * error;
        return new((long)Math.Round(total), (long)Math.Round(Math.Max(0, total - half)), (long)Math.Round(total + half));
    }

    /// <summary>97.5 % quantile of Student's t by its expansion around the normal one (Abramowitz and Stegun 26.7.5); within 1 % from 3 degrees of freedom.</summary>
    internal static double Student(int degrees)
    {
        double z3 = Math.Pow(Z, 3), z5 = Math.Pow(Z, 5), z7 = Math.Pow(Z, 7), z9 = Math.Pow(Z, 9), v = degrees;
        return Z
            + ((z3 + Z) / (4 * v))
            + (((5 * z5) + (16 * z3) + (3 * Z)) / (96 * v * v))
            + (((3 * z7) + (19 * z5) + (17 * z3) - (15 * Z)) / (384 * v * v * v))
            + (((79 * z9) + (776 * z7) + (1482 * z5) - (1920 * z3) - (945 * Z)) / (92160 * v * v * v * v));
    }
}
