namespace VinCxr.Data.Imaging.Transforms;

/// <summary><c>gamma</c>: min-max, then level to the power of <paramref name="Value"/>: below 1 brightens, above 1 darkens the middle.</summary>
internal sealed record GammaStep(double Value) : ITransformStep
{
    public void Apply(WorkingImage image)
    {
        MinMaxStep.Stretch(image);
        float[] levels = image.Levels;
        for (int code = 0; code < levels.Length; code++)
        {
            levels[code] = MathF.Pow(levels[code], (float)Value);
        }
    }
}
