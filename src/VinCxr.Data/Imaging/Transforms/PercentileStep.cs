namespace VinCxr.Data.Imaging.Transforms;

/// <summary><c>percentile</c>: the levels of two percentile pixels (nearest rank) become 0 and 1, the rest is clipped.</summary>
/// <param name="Low">Percent of the pixels, in [0, 50).</param>
/// <param name="High">Percent of the pixels, in (50, 100].</param>
internal sealed record PercentileStep(double Low, double High) : ITransformStep
{
    public void Apply(WorkingImage image)
    {
        int[] codes = image.Pixels.CodesByLevel(image.Levels);
        (float low, float high) = (LevelAt(image, codes, Low / 100), LevelAt(image, codes, High / 100));
        if (high > low)
        {
            MinMaxStep.Stretch(image.Levels, low, high);
        }
        else
        {
            // Nearly all pixels are alike: clipping would leave nothing of the rest.
            MinMaxStep.Stretch(image);
        }
    }

    /// <summary>The level that a share of the pixels reaches or stays below (nearest rank).</summary>
    /// <param name="codes">The codes that occur, darkest level first.</param>
    public static float LevelAt(WorkingImage image, int[] codes, double share)
    {
        int[] histogram = image.Pixels.Histogram;
        long wanted = Math.Max(1, (long)Math.Ceiling(share * image.Pixels.Pixels.Length)), seen = 0;
        foreach (int code in codes)
        {
            seen += histogram[code];
            if (seen >= wanted)
            {
                return image.Levels[code];
            }
        }

        return image.Levels[codes[^1]];
    }
}
