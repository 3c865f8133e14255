using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Core.Consensus;
using VinCxr.Core.Folds;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

internal sealed record FoldOfImage(string ImageId, int Fold);

/// <param name="Normal"><i>No finding</i> images of the fold.</param>
/// <param name="Boxes">Consensus boxes of the fold.</param>
internal sealed record FoldCounts(int Fold, int Images, int Normal, int Boxes);

/// <summary><c>vincxr dataset folds</c>: the split a sweep with the same count, seed and labels trains on.</summary>
internal static class FoldsCommand
{
    private static readonly Column<FoldOfImage>[] CsvColumns =
    [
        new("image_id", "Image", f => f.ImageId),
        new("fold", "Fold", f => f.Fold),
    ];

    private static readonly Column<FoldCounts>[] TableColumns =
    [
        new("fold", "Fold", f => f.Fold, AlignRight: true),
        new("images", "Images", f => f.Images, AlignRight: true),
        new("normal", "No finding", f => f.Normal, AlignRight: true),
        new("boxes", "Boxes", f => f.Boxes, AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        Option<int> count = ValueOptions.Whole("--count", "Number of folds", 5, 2);
        Option<int> seed = ValueOptions.Whole("--seed", "Seed of the split", 42, int.MinValue);
        ChoiceOption<string> consensus = ValueOptions.Word("--consensus", "How the raters' boxes are merged, as labels.consensus of a sweep", "wbf", "wbf", "nms", "none");
        Option<double> iou = ValueOptions.Real("--iou", "Overlap above which raters' boxes are merged, as labels.iou of a sweep", 0.4, 0, 1, minIncluded: false);
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("folds", "Stratified folds: counts as a table, image by image as csv, json or yaml")
        {
            name, count, seed, consensus, iou, store, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            DatasetManifest manifest = await new DatasetCatalog(opened).GetAsync(parse.GetRequiredValue(name), cancellationToken);
            IReadOnlyList<LabelledImage> images = RaterConsensus.Build(
                manifest.Annotations, manifest.Classes, [.. manifest.Images.Select(i => (i.ImageId, i.Columns, i.Rows))],
                new LabelsSpec(consensus.ValueOf(parse), parse.GetValue(iou)));
            IReadOnlyDictionary<string, int> foldOf = StratifiedFolds.Assign(images, parse.GetValue(count), parse.GetValue(seed));

            FoldOfImage[] rows = [.. images.Select(i => new FoldOfImage(i.ImageId, foldOf[i.ImageId])).OrderBy(f => f.ImageId, StringComparer.Ordinal)];
            Renderer.Show(context, output.ValueOf(parse), rows, rows, CsvColumns, console =>
                TableRenderer.Write(console, Count(images, foldOf), TableColumns, "no annotated images"));
            return ExitCode.Done;
        });
        return command;
    }

    private static FoldCounts[] Count(IReadOnlyList<LabelledImage> images, IReadOnlyDictionary<string, int> foldOf) =>
    [
        .. images.GroupBy(i => foldOf[i.ImageId]).OrderBy(g => g.Key)
            .Select(g => new FoldCounts(g.Key, g.Count(), g.Count(i => i.IsNormal), g.Sum(i => i.Boxes.Count))),
    ];
}
