using VinCxr.Core.Annotations;

namespace VinCxr.Core.Detection;

/// <summary>How a detection claims a ground truth.</summary>
public enum MatchRule
{
    /// <summary>PASCAL VOC devkit: the best-overlapping ground truth; a second claim on it is a false positive.</summary>
    Voc,

    /// <summary>COCO: the best ground truth that is still unclaimed.</summary>
    Coco,
}

/// <param name="Iou">Overlap threshold in (0, 1].</param>
/// <param name="InclusiveIou">True for IoU &gt;= threshold, false for IoU &gt; threshold.</param>
/// <param name="IncludeNoFinding">True averages over the <i>No finding</i> class too (the 15-class board).</param>
public sealed record MapOptions(double Iou = 0.4, MatchRule Match = MatchRule.Voc, bool InclusiveIou = false, bool IncludeNoFinding = true);

/// <summary>Points of a precision-recall curve in order of falling confidence; three arrays of one length.</summary>
public sealed record PrecisionRecallCurve(double[] Confidence, double[] Precision, double[] Recall);

/// <param name="Ap">Area under the monotone precision envelope, in [0, 1]; null for a class without ground truth.</param>
public sealed record ClassAveragePrecision(int ClassId, string ClassName, double? Ap, int GroundTruths, int Detections, PrecisionRecallCurve Curve);

/// <param name="Map">Mean over the classes with at least one ground truth, or 0 when there are none.</param>
public sealed record MapResult(double Map, IReadOnlyList<ClassAveragePrecision> PerClass);

/// <summary>
/// PASCAL VOC 2010 mean average precision (all-point interpolation) at one IoU threshold. Ties in confidence keep input order.
/// </summary>
public static class MeanAveragePrecision
{
    /// <summary>Scores predictions against truth. Ground truth of normal images is one <see cref="Box.NoFinding"/> each.</summary>
    /// <exception cref="InvalidInputException">A confidence is NaN, or the threshold is out of range.</exception>
    public static MapResult Evaluate(
        IReadOnlyList<GroundTruth> truths, IReadOnlyList<Prediction> predictions, ClassList classes, MapOptions? options = null) =>
        throw new NotImplementedException();
}
