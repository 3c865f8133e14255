namespace VinCxr.Core.Sweeps;

/// <summary>The model families a sweep may name; the training room builds exactly these.</summary>
public static class ModelFamilies
{
    /// <summary>Family to its variants, smallest first.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> All { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["yolov5"] = ["n", "s", "m", "l", "x"],
    };
}
