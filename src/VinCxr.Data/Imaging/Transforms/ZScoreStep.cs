namespace VinCxr.Data.Imaging.Transforms;

/// <summary>
/// <c>zscore</c>: level = 0.5 + z / (2 <paramref name="Deviations"/>), clipped, with z = (level - mean) / standard deviation over all
/// pixels; a constant image becomes 0.5.
/// </summary>
internal sealed record ZScoreStep(double Deviations) : ITransformStep
{
    public void Apply(WorkingImage image)
    {
        float[] levels = image.Levels;
        int[] histogram = image.Pixels.Histogram;
        double count = image.Pixels.Pixels.Length, mean = 0, variance = 0;
        for (int code = 0; code < levels.Length; code++)
        {
            mean += histogram[code] * (double)levels[code] / count;
        }

        for (int code = 0; code < levels.Length; code++)
        {
            double difference = levels[code] - mean;
            variance += histogram[code] * difference * difference / count;
        }

        double deviation = Math.Sqrt(variance);
        for (int code = 0; code < levels.Length; code++)
        {
            double score = deviation > 0 ? (levels[code] - mean) / deviation : 0;
            levels[code] = (float)Math.Clamp(0.5 + (score / (2 * Deviations)), 0, 1);
        }
    }
}
