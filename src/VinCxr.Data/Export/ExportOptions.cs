using VinCxr.Core.Sweeps;

namespace VinCxr.Data.Export;

/// <param name="Preprocess">How pixels are made; boxes follow.</param>
/// <param name="Labels">How raters become one truth. With <c>none</c>, a PNG export keeps every rater's row as it was.</param>
/// <param name="JpegQuality">Null writes PNG; 1 to 100 writes JPEG, which has 8 bits.</param>
public sealed record ExportOptions(ExportFormat Format, PreprocessSpec Preprocess, LabelsSpec Labels, int? JpegQuality = null)
{
    public string Extension => JpegQuality is null ? ".png" : ".jpg";
}

/// <summary>A split into folds, and the fold that is held out; null writes lists for every fold.</summary>
public sealed record ExportFolds(IReadOnlyDictionary<string, int> FoldOf, int Count, int? HeldOut)
{
    /// <summary>Held-out folds to write, each with the suffix of its files.</summary>
    public IEnumerable<(int Fold, string Suffix)> Splits() =>
        HeldOut is { } one ? [(one, "")] : Enumerable.Range(0, Count).Select(fold => (fold, $"-fold{fold}"));
}

/// <param name="Written">Images made by this run; the rest was there from an earlier one.</param>
/// <param name="Boxes">Boxes written.</param>
/// <param name="LostBoxes">Boxes that lie in a part of their image that the transform cuts away.</param>
/// <param name="Files">Label, list and table files besides the images and per-image labels.</param>
public sealed record ExportReport(int Images, int Written, int Boxes, int LostBoxes, IReadOnlyList<string> Files);
