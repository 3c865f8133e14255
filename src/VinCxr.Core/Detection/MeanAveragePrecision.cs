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

/// <summary>
/// One point per detection in order of falling confidence: precision (raw, before the envelope) and recall of all detections down to it.
/// Three arrays of one length; empty for a class without ground truth.
/// </summary>
public sealed record PrecisionRecallCurve(double[] Confidence, double[] Precision, double[] Recall);

/// <param name="Ap">Area under the monotone precision envelope, in [0, 1]; null for a class without ground truth.</param>
public sealed record ClassAveragePrecision(int ClassId, string ClassName, double? Ap, int GroundTruths, int Detections, PrecisionRecallCurve Curve);

/// <param name="Map">Mean over the classes with at least one ground truth, or 0 when there are none.</param>
/// <param name="PerClass">
/// The classes of the data set and any further class that occurs, ascending ids; without <i>No finding</i> when that was not asked for.
/// </param>
public sealed record MapResult(double Map, IReadOnlyList<ClassAveragePrecision> PerClass);

/// <summary>
/// PASCAL VOC 2010 mean average precision (all-point interpolation, Everingham et al.) at one IoU threshold.
/// Boxes are continuous corners, never rounded; the number of detections per image is not limited; detections are ranked by confidence
/// over all images before matching. Ties in confidence and in overlap keep input order.
/// </summary>
public static class MeanAveragePrecision
{
    /// <summary>Scores predictions against truth. Ground truth of normal images is one <see cref="Box.NoFinding"/> each.</summary>
    /// <exception cref="InvalidInputException">A confidence is NaN, or the threshold is out of range.</exception>
    public static MapResult Evaluate(
        IReadOnlyList<GroundTruth> truths, IReadOnlyList<Prediction> predictions, ClassList classes, MapOptions? options = null)
    {
        var images = new ImageIndex();
        var matches = DetectionMatcher.Match(truths, predictions, classes, options ?? new(), images);
        int[] once = EachImageOnce(images.Count);
        ClassAveragePrecision[] perClass =
        [
            .. matches.Select(m => new ClassAveragePrecision(
                m.Class.Id, m.Class.Name, m.AveragePrecision(once), m.TruthImage.Length, m.Confidence.Length, CurveOf(m))),
        ];
        return new(perClass.Average(c => c.Ap) ?? 0, perClass);
    }

    /// <summary>Only the mean of <see cref="Evaluate"/>, for callers that score thousands of sets and draw no curves.</summary>
    internal static double Score(IReadOnlyList<GroundTruth> truths, IReadOnlyList<Prediction> predictions, ClassList classes, MapOptions options)
    {
        var images = new ImageIndex();
        var matches = DetectionMatcher.Match(truths, predictions, classes, options, images);
        return Mean(matches, EachImageOnce(images.Count));
    }

    /// <summary>Mean over the classes with ground truth when image <c>i</c> occurs <paramref name="imageWeight"/>[i] times; 0 when there are none.</summary>
    internal static double Mean(IReadOnlyList<ClassMatches> matches, int[] imageWeight) =>
        matches.Average(m => m.AveragePrecision(imageWeight)) ?? 0;

    private static int[] EachImageOnce(int images)
    {
        int[] weights = new int[images];
        Array.Fill(weights, 1);
        return weights;
    }

    private static PrecisionRecallCurve CurveOf(ClassMatches matches)
    {
        int truths = matches.TruthImage.Length;
        if (truths == 0)
        {
            return new([], [], []);
        }

        double[] precision = new double[matches.Claim.Length];
        double[] recall = new double[precision.Length];
        int hits = 0;
        for (int i = 0; i < precision.Length; i++)
        {
            hits += matches.Claim[i] >= 0 ? 1 : 0;
            precision[i] = hits / (i + 1.0);
            recall[i] = (double)hits / truths;
        }

        return new(matches.Confidence, precision, recall);
    }
}
