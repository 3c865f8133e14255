namespace VinCxr.Core.Sweeps;

/// <summary>Names of the pixel transforms that <c>preprocess.transform</c> accepts; the imaging room implements exactly these.</summary>
public static class PixelTransforms
{
    public static IReadOnlyList<string> Names { get; } = ["none", "minmax", "percentile", "equalize", "clahe", "gamma", "gamma-1.5", "unsharp", "zscore"];
}
