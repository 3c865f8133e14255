namespace VinCxr.Core.Fusion;

public enum FusionMethod
{
    /// <summary>Weighted boxes fusion (Solovyev, Wang, Gabruseva 2021).</summary>
    Wbf,

    /// <summary>
    /// WBF whose confidences are summed, then divided by the largest sum of their class over all images of the call. (Dividing image by image
    /// would give every image a box of confidence 1 and destroy the ranking between images.)
    /// </summary>
    PSum,

    /// <summary>Greedy non-maximum suppression.</summary>
    Nms,

    /// <summary>Soft-NMS with Gaussian decay (Bodla et al. 2017).</summary>
    SoftNms,

    /// <summary>Non-maximum weighted (Zhou et al. 2017).</summary>
    Nmw,
}

/// <param name="Iou">Overlap above which boxes of one class are merged, in (0, 1); soft-NMS has no such threshold.</param>
/// <param name="SkipBelow">Boxes with a confidence at or below this, in [0, 1), are dropped first; soft-NMS also drops what has decayed to it.</param>
/// <param name="AllowOverflow">
/// WBF rescales by cluster size / models instead of min(models, cluster size) / models; confidences can then exceed 1.
/// </param>
/// <param name="Sigma">Width of soft-NMS's Gaussian decay, above 0.</param>
/// <param name="Weights">
/// One positive weight per source, or null for all 1. WBF weighs confidences and divides by the sum of weights; the suppressing methods
/// multiply confidences by weight / largest weight.
/// </param>
public sealed record FusionOptions(
    FusionMethod Method, double Iou = 0.5, double SkipBelow = 0.0, bool AllowOverflow = false, double Sigma = 0.5, IReadOnlyList<double>? Weights = null)
{
    /// <exception cref="InvalidInputException">All options that are out of range.</exception>
    internal void Validate(int sources)
    {
        List<string> errors = [];
        if (!(Iou > 0 && Iou < 1))
        {
            errors.Add($"IoU {Iou} is out of range: give a number above 0 and below 1");
        }

        if (!(SkipBelow >= 0 && SkipBelow < 1))
        {
            errors.Add($"skip threshold {SkipBelow} is out of range: give a number from 0 to below 1");
        }

        if (!(Sigma > 0 && double.IsFinite(Sigma)))
        {
            errors.Add($"sigma {Sigma} is out of range: give a number above 0");
        }

        if (Weights is not null && Weights.Count != sources)
        {
            errors.Add($"{Weights.Count} weights for {sources} sources: give one weight per source");
        }

        errors.AddRange((Weights ?? []).Where(w => !(w > 0 && double.IsFinite(w))).Select(w => $"weight {w} is out of range: give a number above 0"));
        if (errors.Count > 0)
        {
            throw new InvalidInputException("fusion options", errors);
        }
    }
}
