namespace VinCxr.Data.Imaging.Transforms;

/// <summary>Min-max, then level to the power of gamma: below 1 brightens, above 1 darkens the middle.</summary>
internal sealed class GammaTransform(string name, float gamma) : IImageTransform
{
    public string Name => name;

    public void Adjust(float[] levels, StoredPixels pixels)
    {
        MinMaxTransform.Stretch(levels, pixels);
        for (int code = 0; code < levels.Length; code++)
        {
            levels[code] = MathF.Pow(levels[code], gamma);
        }
    }
}
