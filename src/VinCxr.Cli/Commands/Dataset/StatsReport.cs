using System.Text.Json.Serialization;
using VinCxr.Core.Annotations;
using VinCxr.Core.Exploration;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>What <c>dataset stats -o json</c> prints: the counts, then what was explored; heat maps are in the page only.</summary>
/// <param name="ImageSizes">Null when the sizes are not known.</param>
/// <param name="Patients">Null when nothing is known of the patients.</param>
internal sealed record StatsReport(
    int Images, int Boxes, int NoFindingImages, int ImagesWithOverlap, int Raters,
    IReadOnlyList<ClassCount> PerClass, IReadOnlyList<ClassPairCount> CoOccurrence,
    RaterAgreement Agreement, BoxShapes BoxShapes, BoxOverlap Overlap,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImageSizeSummary? ImageSizes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PatientFindings? Patients)
{
    public static StatsReport Of(DatasetExploration explored)
    {
        AnnotationSummary s = explored.Summary;
        return new(
            s.Images, s.Boxes, s.NoFindingImages, s.ImagesWithOverlap, s.Raters, s.PerClass, s.CoOccurrence,
            explored.Agreement, explored.Shapes, explored.Overlap,
            explored.Sizes is { } sizes ? new(sizes.MinWidth, sizes.MaxWidth, sizes.Width, sizes.MinHeight, sizes.MaxHeight, sizes.Height, sizes.Distinct.Count) : null,
            explored.Patients);
    }
}

/// <param name="Distinct">Number of different sizes.</param>
internal sealed record ImageSizeSummary(int MinWidth, int MaxWidth, Spread Width, int MinHeight, int MaxHeight, Spread Height, int Distinct);
