using VinCxr.Core;

namespace VinCxr.Data.Imaging.Transforms;

/// <summary>All pixel transforms by name.</summary>
public static class ImageTransforms
{
    private static readonly IImageTransform[] All =
    [
        new NoTransform(),
        new MinMaxTransform(),
        new PercentileTransform(),
        new EqualizeTransform(),
        new ClaheTransform(),
        new GammaTransform("gamma", 0.7f),
        new GammaTransform("gamma-1.5", 1.5f),
        new UnsharpTransform(),
        new ZScoreTransform(),
    ];

    /// <summary>Values allowed as <c>preprocess.transform</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(All, transform => transform.Name);

    /// <exception cref="InvalidInputException">No such transform.</exception>
    internal static IImageTransform Find(string name) =>
        Array.Find(All, transform => transform.Name == name)
        ?? throw new InvalidInputException($"image transform '{name}' is unknown; choose one of {string.Join(", ", Names)}");
}
