using VinCxr.Core.Annotations;

namespace VinCxr.Core.Exploration;

/// <summary>Everything worth knowing about a data set before training on it.</summary>
/// <param name="Sizes">Null when no image's size is known.</param>
/// <param name="Patients">Null when nothing is known of the patients.</param>
/// <param name="ShapeMap">Null when the size of an image with boxes is unknown.</param>
public sealed record DatasetExploration(
    AnnotationSummary Summary, RaterAgreement Agreement, BoxShapes Shapes, BoxCentres Centres, BoxOverlap Overlap, ImageSizes? Sizes,
    PatientFindings? Patients, ReadingCounts Readings, BoxShapeMap? ShapeMap)
{
    /// <param name="images">Sizes and patients, by image; empty when only the annotations are at hand.</param>
    /// <param name="iou">Overlap threshold of boxes, IoU strictly above it.</param>
    public static DatasetExploration Of(
        IReadOnlyList<Annotation> annotations, ClassList classes, IReadOnlyCollection<ImageProfile> images, double iou = 0.4)
    {
        var index = new AnnotationIndex(annotations, classes);
        var facts = images.ToDictionary(i => i.ImageId, StringComparer.Ordinal);

        // The two halves that take longest side by side: a person waits for this.
        Task<(AnnotationSummary, BoxOverlap)> counts = Task.Run(() => (AnnotationStatistics.Summarise(annotations, classes, iou), BoxOverlap.Of(index, iou)));
        RaterAgreement agreement = RaterAgreement.Of(index, iou);
        (BoxShapes shapes, BoxCentres centres) = (BoxShapes.Of(index, facts), BoxCentres.Of(index, facts));
        (AnnotationSummary summary, BoxOverlap overlap) = counts.GetAwaiter().GetResult();
        return new(summary, agreement, shapes, centres, overlap, ImageSizes.Of(images), PatientFindings.Of(index, facts), ReadingCounts.Of(index), BoxShapeMap.Of(index, facts));
    }
}
