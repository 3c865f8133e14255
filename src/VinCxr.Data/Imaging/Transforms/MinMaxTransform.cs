namespace VinCxr.Data.Imaging.Transforms;

/// <summary><c>minmax</c>: the darkest level that occurs becomes 0, the brightest 1; a constant image becomes 0.</summary>
internal sealed class MinMaxTransform : IImageTransform
{
    public string Name => "minmax";

    public void Adjust(float[] levels, StoredPixels pixels) => Stretch(levels, pixels);

    public static void Stretch(float[] levels, StoredPixels pixels)
    {
        int[] histogram = pixels.Histogram;
        float low = float.MaxValue, high = float.MinValue;
        for (int code = 0; code < histogram.Length; code++)
        {
            if (histogram[code] > 0)
            {
                low = Math.Min(low, levels[code]);
                high = Math.Max(high, levels[code]);
            }
        }

        Stretch(levels, low, high);
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
