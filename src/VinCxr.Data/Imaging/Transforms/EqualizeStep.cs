namespace VinCxr.Data.Imaging.Transforms;

/// <summary>
/// <c>equalize</c>: histogram equalisation with one bin for each level that occurs, level = (cdf - cdf of the darkest) / (N - cdf of
/// the darkest), N pixels; a constant image becomes 0. On 8-bit values this is OpenCV's <c>equalizeHist</c> before it rounds.
/// </summary>
internal sealed record EqualizeStep : ITransformStep
{
    public void Apply(WorkingImage image)
    {
        float[] levels = image.Levels;
        int[] codes = image.Pixels.CodesByLevel(levels);
        int[] histogram = image.Pixels.Histogram;
        var equalized = new float[levels.Length];
        long seen = 0, darkest = -1, total = image.Pixels.Pixels.Length;
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
