namespace VinCxr.Data.Imaging.Transforms;

/// <summary><c>minmax</c>: the darkest level that occurs becomes 0, the brightest 1; a constant image becomes 0.</summary>
internal sealed record MinMaxStep : ITransformStep
{
    public void Apply(WorkingImage image) => Stretch(image);

    public static void Stretch(WorkingImage image)
    {
        int[] histogram = image.Pixels.Histogram;
        float low = float.MaxValue, high = float.MinValue;
        for (int code = 0; code < histogram.Length; code++)
        {
            if (histogram[code] > 0)
            {
                low = Math.Min(low, image.Levels[code]);
                high = Math.Max(high, image.Levels[code]);
            }
        }

        Stretch(image.Levels, low, high);
    }

    /// <summary>Maps [low, high] to [0, 1], clipped; everything to 0 when the range is empty.</summary>
    public static void Stretch(float[] levels, float low, float high)
    {
        float range = high - low;
        for (int code = 0; code < levels.Length; code++)
        {
            levels[code] = range > 0 ? Math.Clamp((levels[code] - low) / range, 0, 1) : 0;
        }
    }
}
