using VinCxr.Contracts.Api;
using VinCxr.Core.Exploration;
using VinCxr.Data.Datasets;

namespace VinCxr.Server.Api.Datasets;

/// <summary>Counts a manifest.</summary>
internal static class StatisticsCount
{
    /// <summary>VinBigData has hundreds of sizes; a data set may have as many as images.</summary>
    private const int MaxSizes = 1000;

    public static DatasetStatistics Of(DatasetManifest manifest)
    {
        var explored = DatasetExploration.Of(manifest.Annotations, manifest.Classes, [.. manifest.Images.Select(i => new ImageProfile(i.ImageId, i.Columns, i.Rows))]);
        var headers = manifest.Images.Count > 0 ? HeaderStatistics.Of(manifest.Images) : null;
        var summary = explored.Summary;
        return new DatasetStatistics(
            manifest.Name,
            manifest.Version,
            manifest.Images.Count,
            summary.Images,
            summary.Boxes,
            summary.NoFindingImages,
            summary.ImagesWithOverlap,
            ClassesOf(explored),
            [.. explored.Readings.Boxes.Select(c => new NumberImages(c.Value, c.Images))],
            [.. explored.Readings.Raters.Select(c => new NumberImages(c.Value, c.Images))],
            summary.Boxes > 0 && explored.ShapeMap is { } shapes ? new CountGrid(BoxShapeMap.Cells, shapes.Counts) : null,
            [.. explored.Agreement.PerRater.Select(r => new RaterStatistics(r.Rater, r.Images, r.AbnormalImages, r.Boxes))],
            explored.Agreement.NormalKappa,
            [.. (explored.Sizes?.Distinct ?? []).Take(MaxSizes).Select(s => new SizeImages(s.Width, s.Height, s.Images))],
            explored.Sizes?.Distinct.Count ?? 0,
            Values(headers?.TransferSyntaxes),
            Values(headers?.Photometric),
            Values(headers?.Bits));
    }

    private static ClassStatistics[] ClassesOf(DatasetExploration explored)
    {
        var agreement = explored.Agreement.PerClass.ToDictionary(c => c.ClassId);
        var centres = explored.Centres.PerClass.ToDictionary(c => c.ClassId);
        return
        [
            .. explored.Summary.PerClass.Select(c => new ClassStatistics(
                c.ClassId,
                c.ClassName,
                c.Boxes,
                c.Images,
                agreement.GetValueOrDefault(c.ClassId)?.F1,
                agreement.GetValueOrDefault(c.ClassId)?.Kappa,
                centres.GetValueOrDefault(c.ClassId) is { Boxes: > 0 } found ? new CountGrid(BoxCentres.Cells, found.Counts) : null)),
        ];
    }

    private static ValueImages[] Values(IReadOnlyList<ValueCount>? counts) => [.. (counts ?? []).Select(c => new ValueImages(c.Value, c.Images))];
}
