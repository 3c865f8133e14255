namespace VinCxr.Data.Imaging.Transforms;

/// <summary><c>invert</c>: level = 1 - level. MONOCHROME1 images are inverted before any step (PS3.3 C.7.6.3.1.2); this is for tags that are wrong.</summary>
internal sealed record InvertStep : ITransformStep
{
    public void Apply(WorkingImage image)
    {
        float[] levels = image.Levels;
        for (int code = 0; code < levels.Length; code++)
        {
            levels[code] = 1 - levels[code];
        }
    }
}
