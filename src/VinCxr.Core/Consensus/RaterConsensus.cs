using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Consensus;

/// <summary>Turns what several raters drew into one truth per image.</summary>
public static class RaterConsensus
{
    /// <summary>Three raters read each VinBigData image; more agreement than that is not counted.</summary>
    private const int AgreementCap = 3;

    /// <summary>
    /// Fuses the boxes of each image and class over its raters; every method gives the same result for any order of the rows.
    /// <list type="bullet">
    /// <item><c>wbf</c>: weighted boxes fusion; the mean box of each cluster.</item>
    /// <item><c>nms</c>: non-maximum suppression; of boxes that overlap, the one that most raters agree with.</item>
    /// <item><c>none</c>: every rater's box as drawn, each with weight 1.</item>
    /// </list>
    /// Weight of a fused box = agreeing raters (capped at 3) / min(raters of the image, 3). A rater who says <i>No finding</i> counts as a rater
    /// who agrees with no box; an image is normal when no rater drew a box on it.
    /// </summary>
    /// <param name="annotations">Rows of all raters; those on images outside <paramref name="imageSizes"/> (quarantined ones) are left out.</param>
    /// <param name="imageSizes">Original width and height of each image of the data set; images without annotations are left out of the result.</param>
    /// <returns>One entry per annotated image, in the order of <paramref name="imageSizes"/>; boxes by class id.</returns>
    /// <exception cref="InvalidInputException">Unknown consensus method, or an IoU outside (0, 1).</exception>
    public static IReadOnlyList<LabelledImage> Build(
        IReadOnlyList<Annotation> annotations, ClassList classes, IReadOnlyList<(string ImageId, int Width, int Height)> imageSizes, LabelsSpec labels)
    {
        ConsensusMethod method = MethodNamed(labels.Consensus);
        if (!(labels.Iou > 0 && labels.Iou < 1))
        {
            throw new InvalidInputException($"labels.iou {labels.Iou} is out of range: give a number above 0 and below 1");
        }

        ILookup<string, Annotation> byImage = annotations.ToLookup(a => a.ImageId, StringComparer.Ordinal);
        List<LabelledImage> images = [];
        foreach ((string imageId, int width, int height) in imageSizes)
        {
            Annotation[] rows = [.. byImage[imageId]];
            if (rows.Length > 0)
            {
                LabelledBox[] boxes = Fuse(rows, classes, method, labels.Iou);
                images.Add(new(imageId, width, height, IsNormal: boxes.Length == 0, boxes));
            }
        }

        return images;
    }

    /// <summary>Ground truth for scoring: the consensus boxes, and one <see cref="Box.NoFinding"/> per normal image if the data set has that class.</summary>
    public static IReadOnlyList<GroundTruth> ToGroundTruth(IEnumerable<LabelledImage> images, ClassList classes)
    {
        List<GroundTruth> truths = [];
        foreach (LabelledImage image in images)
        {
            truths.AddRange(image.Boxes.Select(b => new GroundTruth(image.ImageId, b.ClassId, b.Box)));
            if (image.IsNormal && classes.NoFindingId is int noFinding)
            {
                truths.Add(new(image.ImageId, noFinding, Box.NoFinding));
            }
        }

        return truths;
    }

    private static ConsensusMethod MethodNamed(string name) => name switch
    {
        "wbf" => AgreementClusters.WeightedBoxes,
        "nms" => AgreementClusters.MostAgreed,
        "none" => AgreementClusters.AsDrawn,
        _ => throw new InvalidInputException($"labels.consensus '{name}' is unknown: use wbf, nms or none"),
    };

    private static LabelledBox[] Fuse(Annotation[] rows, ClassList classes, ConsensusMethod method, double iou)
    {
        int raters = rows.Select(r => r.RaterId).Distinct(StringComparer.Ordinal).Count();
        double fullAgreement = Math.Min(raters, AgreementCap);
        return
        [
            .. from row in rows
               where row.Box is not null && row.ClassId != classes.NoFindingId
               orderby row.ClassId
               group new RaterBox(row.RaterId, row.Box!.Value) by row.ClassId into ofClass
               from fused in method([.. ofClass.Order()], iou)
               select new LabelledBox(ofClass.Key, fused.Box, fused.Agreement is int n ? Math.Min(n, AgreementCap) / fullAgreement : 1),
        ];
    }
}
