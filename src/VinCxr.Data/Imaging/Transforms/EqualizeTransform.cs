namespace VinCxr.Data.Imaging.Transforms;

/// <summary>
/// <c>equalize</c>: histogram equalisation with one bin for each level that occurs, level = (cdf - cdf of the darkest) / (1 - cdf of
/// the darkest); a constant image becomes 0.
/// </summary>
internal sealed class EqualizeTransform : IImageTransform
{
    public string Name => "equalize";

    public void Adjust(float[] levels, StoredPixels pixels)
    {
        int[] codes = pixels.CodesByLevel(levels);
        int[] histogram = pixels.Histogram;
        var equalized = new float[levels.Length];
        long seen = 0, darkest = -1, total = pixels.Pixels.Length;
        for (int first = 0; first < codes.Length;)
        {
            // Codes that share a level share a bin.
            int next = first;
            for (; next < codes.Length && levels[codes[next]] == levels[codes[first]]; next++)
            {
                seen += histogram[codes[next]];
            }

            darkest = darkest < 0 ? seen : darkest;
            float level = total > darkest ? (float)((seen - darkest) / (double)(total - darkest)) : 0;
            for (; first < next; first++)
            {
                equalized[codes[first]] = level;
            }
        }

        equalized.CopyTo(levels, 0);
    }
}
