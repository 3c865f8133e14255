using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Core;
using VinCxr.Data.Datasets;
using VinCxr.Data.Export;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>Result of <c>dataset export</c>.</summary>
internal sealed record ExportedDataset(
    string Name, string Version, string Format, string Folder, int Images, int Written, int Boxes, int LostBoxes, IReadOnlyList<string> Files);

/// <summary><c>vincxr dataset export</c>: images and labels for other tools; run again to resume.</summary>
internal static class ExportCommand
{
    private static readonly Column<ExportedDataset>[] Columns =
    [
        new("name", "Name", e => e.Name),
        new("format", "Format", e => e.Format),
        new("folder", "Folder", e => e.Folder),
        new("images", "Images", e => e.Images, AlignRight: true),
        new("written", "Written now", e => e.Written, AlignRight: true),
        new("boxes", "Boxes", e => e.Boxes, AlignRight: true),
        new("lost_boxes", "Boxes cut away", e => e.LostBoxes, AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Data set, as NAME or NAME@sha256:HEX");
        ChoiceOption<ExportFormat> format = new(
            "--format", "Layout of the labels", new Dictionary<string, ExportFormat> { ["yolo"] = ExportFormat.Yolo, ["coco"] = ExportFormat.Coco, ["png"] = ExportFormat.Png }, "png");
        Option<string> outFolder = ValueOptions.Required("--out", "Folder to write; one of an earlier run is completed", "DIR");
        Option<int> jpeg = ValueOptions.Whole("--jpeg", "Write JPEG of this quality instead of PNG, 0 for PNG", 0, 0, 100);
        Option<int> fold = ValueOptions.Whole("--fold", "Fold that is held out, -1 for lists of each", -1, -1);
        var folds = new FoldOptions("--folds", isOptional: true);
        var preprocess = new PreprocessOptions();
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("export", "Write images and labels for other tools: YOLO, COCO, or PNG with a train.csv") { name, format, outFolder, jpeg };
        preprocess.AddTo(command);
        folds.AddTo(command);
        command.Add(fold);
        command.Add(store);
        command.Add(output);
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            DatasetManifest manifest = await new DatasetCatalog(opened).GetAsync(parse.GetRequiredValue(name), cancellationToken);
            int quality = parse.GetValue(jpeg);
            var options = new ExportOptions(format.ValueOf(parse), preprocess.Of(parse), folds.LabelsOf(parse), quality == 0 ? null : quality);
            ExportFolds? split = await SplitAsync(parse, folds, parse.GetValue(fold), opened, manifest, cancellationToken);
            string folder = parse.GetRequiredValue(outFolder);
            ExportReport report = await ProgressDisplay.RunAsync(context, $"export {manifest.Name}", ProgressUnit.Images, bar =>
                new DatasetExport(opened).RunAsync(
                    manifest, options, split, folder, new SynchronousProgress<int>(done => bar.Update(done, manifest.Images.Count)), cancellationToken));
            var shown = new ExportedDataset(
                manifest.Name, manifest.Version, format.NameOf(parse), folder, report.Images, report.Written, report.Boxes, report.LostBoxes, report.Files);
            Renderer.Show(context, output.ValueOf(parse), shown, [shown], Columns, console =>
            {
                TableRenderer.Write(console, [shown], Columns, "");
                console.Write(new Spectre.Console.Text($"{string.Join(", ", report.Files)}\n"));
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<ExportFolds?> SplitAsync(
        ParseResult parse, FoldOptions folds, int heldOut, IStore store, DatasetManifest manifest, CancellationToken cancellationToken)
    {
        int count = folds.CountOf(parse);
        if (count == 0)
        {
            return heldOut < 0 ? null : throw new InvalidInputException($"--fold {heldOut} needs --folds N, the number of folds");
        }

        if (heldOut >= count)
        {
            throw new InvalidInputException($"--fold {heldOut} must be in 0..{count - 1}");
        }

        (_, IReadOnlyDictionary<string, int> foldOf) = await folds.AssignAsync(parse, store, manifest, cancellationToken);
        return new ExportFolds(foldOf, count, heldOut < 0 ? null : heldOut);
    }
}
