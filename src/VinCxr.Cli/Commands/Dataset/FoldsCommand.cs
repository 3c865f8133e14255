using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Leakage;
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
        var folds = new FoldOptions("--count");
        Option<string?> saveGroups = ValueOptions.Optional("--save-groups", "Keep the groups of a file under a name, for folds.group_by of sweeps", "NAME");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("folds", "Stratified folds: counts as a table, image by image as csv, json or yaml") { name };
        folds.AddTo(command);
        command.Add(saveGroups);
        command.Add(store);
        command.Add(output);
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            DatasetManifest manifest = await new DatasetCatalog(opened).GetAsync(parse.GetRequiredValue(name), cancellationToken);
            (IReadOnlyList<LabelledImage> images, IReadOnlyDictionary<string, int> foldOf) = await folds.AssignAsync(parse, opened, manifest, cancellationToken);
            if (parse.GetValue(saveGroups) is { } grouping)
            {
                IReadOnlyDictionary<string, string> groups = await folds.GroupsAsync(parse, opened, manifest, cancellationToken);
                await new ImageGroups(opened).SaveAsync(manifest, grouping, groups, cancellationToken);
                context.Note($"in sweep files: folds: {{group_by: {grouping}}}");
            }

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
