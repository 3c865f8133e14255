using VinCxr.Core.Detection;

namespace VinCxr.Core.Fusion;

public enum FusionMethod
{
    Wbf,

    /// <summary>WBF whose confidences are summed, then divided by the largest sum of the image's class.</summary>
    PSum,
    Nms,
    SoftNms,
    Nmw,
}

/// <param name="Iou">Overlap above which boxes of one class are merged, in (0, 1).</param>
/// <param name="SkipBelow">Boxes with a confidence at or below this are dropped first.</param>
/// <param name="AllowOverflow">WBF rescales by cluster size / models instead of min(models, cluster size) / models.</param>
/// <param name="Sigma">Width of soft-NMS's Gaussian decay.</param>
/// <param name="Weights">One weight per source, or null for all 1.</param>
public sealed record FusionOptions(
    FusionMethod Method, double Iou = 0.5, double SkipBelow = 0.0, bool AllowOverflow = false, double Sigma = 0.5, IReadOnlyList<double>? Weights = null);

/// <summary>Merges the predictions of several sources (models, folds, raters) image by image and class by class.</summary>
public static class BoxFusion
{
    /// <param name="sources">Predictions of each source, any order.</param>
    /// <param name="passThroughClass">A class that is averaged over sources instead of fused by overlap (<i>No finding</i>), or null.</param>
    /// <returns>Fused predictions, ordered by image, then falling confidence.</returns>
    public static IReadOnlyList<Prediction> Fuse(
        IReadOnlyList<IReadOnlyList<Prediction>> sources, FusionOptions options, int? passThroughClass = null) =>
        throw new NotImplementedException();
}
