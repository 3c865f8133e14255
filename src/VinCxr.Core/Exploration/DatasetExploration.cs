using VinCxr.Core.Annotations;

namespace VinCxr.Core.Exploration;

/// <summary>Everything worth knowing about a data set before training on it.</summary>
/// <param name="Sizes">Null when no image's size is known.</param>
/// <param name="Patients">Null when nothing is known of the patients.</param>
public sealed record DatasetExploration(
    AnnotationSummary Summary, RaterAgreement Agreement, BoxShapes Shapes, BoxCentres Centres, BoxOverlap Overlap, ImageSizes? Sizes,
    PatientFindings? Patients)
{
    /// <param name="images">Sizes and patients, by image; empty when only the annotations are at hand.</param>
    /// <param name="iou">Overlap threshold of boxes, IoU strictly above it.</param>
    public static DatasetExploration Of(
        IReadOnlyList<Annotation> annotations, ClassList classes, IReadOnlyCollection<ImageFacts> images, double iou = 0.4)
    {
        var index = new AnnotationIndex(annotations, classes);
        var facts = images.ToDictionary(i => i.ImageId, StringComparer.Ordinal);
        return new(
            AnnotationStatistics.Summarise(annotations, classes, iou),
            RaterAgreement.Of(index, iou),
            BoxShapes.Of(index, facts),
            BoxCentres.Of(index, facts),
            BoxOverlap.Of(index, iou),
            ImageSizes.Of(images),
            PatientFindings.Of(index, facts));
    }
}
