using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;

namespace VinCxr.Core.Consensus;

/// <summary>Turns what several raters drew into one truth per image.</summary>
public static class RaterConsensus
{
    /// <summary>
    /// Fuses the boxes of each image and class over its raters. Weight of a fused box = agreeing raters (capped at 3) / min(raters of the image, 3).
    /// </summary>
    /// <param name="imageSizes">Original width and height of each image of the data set; images without annotations are left out of the result.</param>
    /// <returns>One entry per annotated image, in the order of <paramref name="imageSizes"/>.</returns>
    public static IReadOnlyList<LabelledImage> Build(
        IReadOnlyList<Annotation> annotations, ClassList classes, IReadOnlyList<(string ImageId, int Width, int Height)> imageSizes, LabelsSpec labels) =>
        throw new NotImplementedException();

    /// <summary>Ground truth for scoring: the consensus boxes, and one <see cref="Box.NoFinding"/> per normal image if the data set has that class.</summary>
    public static IReadOnlyList<GroundTruth> ToGroundTruth(IEnumerable<LabelledImage> images, ClassList classes) => throw new NotImplementedException();
}
