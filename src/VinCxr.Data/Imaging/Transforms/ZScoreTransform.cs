namespace VinCxr.Data.Imaging.Transforms;

/// <summary><c>zscore</c>: mean 0.5, three standard deviations either side span [0, 1], the rest is clipped; a constant image becomes 0.5.</summary>
internal sealed class ZScoreTransform : IImageTransform
{
    private const double Deviations = 3;

    public string Name => "zscore";

    public void Adjust(float[] levels, StoredPixels pixels)
    {
        int[] histogram = pixels.Histogram;
        double count = pixels.Pixels.Length, mean = 0, variance = 0;
        for (int code = 0; code < levels.Length; code++)
        {
            mean += histogram[code] * (double)levels[code] / count;
        }

        for (int code = 0; code < levels.Length; code++)
        {
            variance += histogram[code] * Math.Pow(levels[code] - mean, 2) / count;
        }

        double deviation = Math.Sqrt(variance);
        for (int code = 0; code < levels.Length; code++)
        {
            double score = deviation > 0 ? (levels[code] - mean) / deviation : 0;
            levels[code] = (float)Math.Clamp(0.5 + (score / (2 * Deviations)), 0, 1);
        }
    }
}
