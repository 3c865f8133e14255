namespace VinCxr.Core.Sweeps.Transforms;

/// <summary>The steps that <c>preprocess.transform</c> accepts; the imaging room implements exactly these.</summary>
public static class TransformCatalog
{
    /// <summary>The step that changes nothing; it stands alone.</summary>
    public const string None = "none";

    public static IReadOnlyList<TransformDefinition> All { get; } =
    [
        new(None, TransformTarget.Levels, "Levels as the window gives them.", []),
        new("minmax", TransformTarget.Levels, "The darkest level becomes 0, the brightest 1.", []),
        new(
            "percentile",
            TransformTarget.Levels,
            "The levels at two percentiles of the pixels become 0 and 1; what lies beyond is clipped.",
            [
                new("low", 0.5, 0, 50, "percent of pixels at or below the level that becomes 0") { MaxExclusive = true },
                new("high", 99.5, 50, 100, "percent of pixels at or below the level that becomes 1") { MinExclusive = true },
            ]),
        new("equalize", TransformTarget.Levels, "Every level becomes its rank among the pixels: a flat histogram.", []),
        new(
            "clahe",
            TransformTarget.Pixels,
            "Min-max, then contrast-limited equalisation of tiles, blended between their centres.",
            [
                new("clip", 2, 0, 1000, "most pixels in a bin, in mean bins") { MinExclusive = true },
                new("tiles", 8, 1, 64, "tiles along either side") { Whole = true },
                new("bins", 4096, 16, 16384, "bins of a tile's histogram") { Whole = true },
            ]),
        new(
            "gamma",
            TransformTarget.Levels,
            "Min-max, then level to the power of value: below 1 brightens, above 1 darkens the middle.",
            [new("value", 0.7, 0.05, 20, "exponent")]),
        new(
            "unsharp",
            TransformTarget.Pixels,
            "Min-max, then the difference to a Gaussian blur is added: edges stand out.",
            [
                new("sigma", 3, 0.3, 50, "of the blur, pixels of the stored image"),
                new("amount", 1, 0, 10, "times the difference that is added") { MinExclusive = true },
            ]),
        new(
            "zscore",
            TransformTarget.Levels,
            "The mean becomes 0.5, some standard deviations either side span 0 to 1.",
            [new("deviations", 3, 0, 20, "standard deviations from 0.5 to 1") { MinExclusive = true }]),
        new("invert", TransformTarget.Levels, "Level becomes 1 - level, for files that say MONOCHROME2 and mean 1.", []),
        new(
            "trim",
            TransformTarget.Region,
            "Crops margins that hold nothing: collimator, frame, empty film.",
            [
                new("threshold", 0.03, 0, 0.5, "spread of levels up to which a line of pixels is empty, as a share of the image's"),
                new("margin", 0, 0, 0.5, "kept around what is left, as a share of its sides"),
            ]),
        new(
            "lungs",
            TransformTarget.Region,
            "Crops to the lung fields, found as a pair of dark areas; keeps the whole image where unsure.",
            [new("margin", 0.1, 0, 0.5, "kept around the lung fields, as a share of their sides")]),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(d => d.Name)];

    /// <summary>Short names of steps with an option set, and what they stand for.</summary>
    public static IReadOnlyDictionary<string, string> Aliases { get; } = new Dictionary<string, string> { ["gamma-1.5"] = "gamma(value=1.5)" };

    public static TransformDefinition? Find(string name) => All.FirstOrDefault(d => d.Name == name);
}
