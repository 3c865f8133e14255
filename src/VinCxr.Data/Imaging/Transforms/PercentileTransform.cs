namespace VinCxr.Data.Imaging.Transforms;

/// <summary><c>percentile</c>: the levels of the 0.5th and 99.5th percentile pixel (nearest rank) become 0 and 1, the rest is clipped.</summary>
internal sealed class PercentileTransform : IImageTransform
{
    private const double Lowest = 0.005;
    private const double Highest = 0.995;

    public string Name => "percentile";

    public void Adjust(float[] levels, StoredPixels pixels)
    {
        int[] codes = pixels.CodesByLevel(levels);
        (float low, float high) = (Rank(Lowest), Rank(Highest));
        if (high > low)
        {
            MinMaxTransform.Stretch(levels, low, high);
        }
        else
        {
            // Nearly all pixels are alike: clipping would leave nothing of the rest.
            MinMaxTransform.Stretch(levels, pixels);
        }

        float Rank(double share)
        {
            long wanted = Math.Max(1, (long)Math.Ceiling(share * pixels.Pixels.Length)), seen = 0;
            foreach (int code in codes)
            {
                seen += pixels.Histogram[code];
                if (seen >= wanted)
                {
                    return levels[code];
                }
            }

            return levels[codes[^1]];
        }
    }
}
