namespace VinCxr.Data.Imaging.Transforms;

/// <summary>
/// <c>trim</c>: crops rows and columns at the edges that hold nothing, from all four sides until nothing changes. A line is empty when
/// the levels of its 2nd and 98th percentile pixel lie within <paramref name="Threshold"/> of the image's own range (its 0.5th to 99.5th
/// percentile): black collimator, white frame, even film, with a few specks. A margin with writing on it stays. Where less than a
/// quarter of either side would be left, the whole image is kept.
/// </summary>
/// <param name="Threshold">Share of the image's range, 0..0.5.</param>
/// <param name="Margin">Kept around what is left, as a share of its sides.</param>
internal sealed record TrimStep(double Threshold, double Margin) : ITransformStep
{
    private const int Bins = 1024;
    private const double Specks = 0.02;
    private const double LeastLeft = 0.25;

    public void Apply(WorkingImage image)
    {
        PixelRegion whole = PixelRegion.Whole(image.Width, image.Height);
        PixelRegion left = Trim(Quantise(image), image.Pixels.Pixels, whole);
        bool sure = left.Width >= LeastLeft * whole.Width && left.Height >= LeastLeft * whole.Height;
        image.Crop(sure ? RegionMath.Grow(left, Margin, Margin, whole) : whole);
    }

    /// <summary>Bin of every code: 0 and the last at the ends of the image's range.</summary>
    private static ushort[] Quantise(WorkingImage image)
    {
        int[] codes = image.Pixels.CodesByLevel(image.Levels);
        float low = PercentileStep.LevelAt(image, codes, 0.005), high = PercentileStep.LevelAt(image, codes, 0.995);
        float scale = high > low ? (Bins - 1) / (high - low) : 0;
        return Array.ConvertAll(image.Levels, level => (ushort)Math.Clamp(((level - low) * scale) + 0.5f, 0, Bins - 1));
    }

    private PixelRegion Trim(ushort[] bins, ReadOnlySpan<ushort> pixels, PixelRegion whole)
    {
        int left = 0, top = 0, right = whole.Width, bottom = whole.Height;
        var counts = new int[Bins];
        bool changed = true;
        while (changed && left < right)
        {
            int before = left + top - right - bottom;
            while (top < bottom && IsEmpty(pixels, (top * whole.Width) + left, 1, right - left))
            {
                top++;
            }

            while (bottom > top && IsEmpty(pixels, ((bottom - 1) * whole.Width) + left, 1, right - left))
            {
                bottom--;
            }

            while (top < bottom && left < right && IsEmpty(pixels, (top * whole.Width) + left, whole.Width, bottom - top))
            {
                left++;
            }

            while (top < bottom && right > left && IsEmpty(pixels, (top * whole.Width) + right - 1, whole.Width, bottom - top))
            {
                right--;
            }

            changed = before != left + top - right - bottom;
        }

        return new PixelRegion(left, top, right - left, bottom - top);

        bool IsEmpty(ReadOnlySpan<ushort> pixels, int start, int step, int length)
        {
            counts.AsSpan().Clear();
            for (int i = 0, at = start; i < length; i++, at += step)
            {
                counts[bins[pixels[at]]]++;
            }

            int specks = (int)(Specks * length), low = 0, high = Bins - 1;
            for (int seen = counts[low]; seen <= specks; seen += counts[++low])
            {
            }

            for (int seen = counts[high]; seen <= specks; seen += counts[--high])
            {
            }

            return high - low <= Threshold * (Bins - 1);
        }
    }
}
