using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Consensus;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Annotations;

namespace VinCxr.Cli.Commands.Predictions;

/// <summary>Ground truth read from an annotation file.</summary>
/// <param name="ImageIds">Every image the file speaks of, normal ones included.</param>
internal sealed record TruthFile(ClassList Classes, IReadOnlyList<GroundTruth> Truths, IReadOnlySet<string> ImageIds)
{
    private const double ConsensusIou = 0.4;

    /// <param name="consensus"><c>none</c> keeps every rater's box, <c>wbf</c> and <c>nms</c> merge them.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, is empty, or holds bad rows (all listed).</exception>
    public static TruthFile Read(string path, string consensus)
    {
        AnnotationFile file = AnnotationCsv.Read(path);
        if (file.Errors.Count > 0)
        {
            throw new InvalidInputException(path, [.. file.Errors.Select(e => $"{path} line {e.Line}: {e.Message}")]);
        }

        if (file.Annotations.Count == 0)
        {
            throw new InvalidInputException($"'{path}' holds no annotation, so there is nothing to score against");
        }

        IReadOnlyList<GroundTruth> truths = consensus == "none"
            ? EveryBox(file)
            : RaterConsensus.ToGroundTruth(RaterConsensus.Build(file.Annotations, file.Classes, Extents(file), new LabelsSpec(consensus, ConsensusIou)), file.Classes);
        return new TruthFile(file.Classes, truths, file.Annotations.Select(a => a.ImageId).ToHashSet());
    }

    /// <summary>Each row is a truth box, but the <i>No finding</i> rows of an image are one.</summary>
    private static List<GroundTruth> EveryBox(AnnotationFile file)
    {
        var normal = new HashSet<string>();
        var truths = new List<GroundTruth>(file.Annotations.Count);
        foreach (Annotation annotation in file.Annotations)
        {
            bool isNoFinding = annotation.ClassId == file.Classes.NoFindingId;
            if (isNoFinding && normal.Add(annotation.ImageId))
            {
                truths.Add(new GroundTruth(annotation.ImageId, annotation.ClassId, Box.NoFinding));
            }
            else if (!isNoFinding && annotation.Box is { } box)
            {
                truths.Add(new GroundTruth(annotation.ImageId, annotation.ClassId, box));
            }
        }

        return truths;
    }

    /// <summary>Image sizes are not in the file and scoring does not need them; the far corner of the boxes stands in.</summary>
    private static List<(string ImageId, int Width, int Height)> Extents(AnnotationFile file) =>
    [
        .. file.Annotations.GroupBy(a => a.ImageId).Select(image => (
            image.Key,
            (int)Math.Ceiling(image.Max(a => a.Box?.XMax ?? 1)),
            (int)Math.Ceiling(image.Max(a => a.Box?.YMax ?? 1)))),
    ];
}
