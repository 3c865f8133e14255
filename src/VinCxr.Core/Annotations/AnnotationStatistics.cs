namespace VinCxr.Core.Annotations;

public sealed record ClassCount(int ClassId, string ClassName, int Boxes, int Images);

/// <summary>Images on which both classes occur, <paramref name="A"/> &lt; <paramref name="B"/>.</summary>
public sealed record ClassPairCount(int A, int B, int Images);

/// <param name="Boxes">Rows with a box, all raters.</param>
/// <param name="NoFindingImages">Images all of whose rows say <i>No finding</i>.</param>
/// <param name="ImagesWithOverlap">Images holding any two boxes, of any class and rater, with IoU above the threshold.</param>
/// <param name="Raters">Distinct raters.</param>
public sealed record AnnotationSummary(
    int Images, int Boxes, int NoFindingImages, int ImagesWithOverlap, int Raters,
    IReadOnlyList<ClassCount> PerClass, IReadOnlyList<ClassPairCount> CoOccurrence);

public static class AnnotationStatistics
{
    /// <param name="iou">Overlap threshold, IoU strictly above it.</param>
    public static AnnotationSummary Summarise(IReadOnlyList<Annotation> annotations, ClassList classes, double iou = 0.4) => throw new NotImplementedException();
}
