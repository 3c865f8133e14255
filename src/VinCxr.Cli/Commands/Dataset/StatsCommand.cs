using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Cli.Reports;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Exploration;
using VinCxr.Data.Annotations;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset stats</c>: what there is to know about a stored data set or an annotation file.</summary>
internal static class StatsCommand
{
    private const int PairsShown = 10;

    private static readonly Column<ClassCount>[] Columns =
    [
        new("class_id", "Id", c => c.ClassId, AlignRight: true),
        new("class_name", "Class", c => c.ClassName),
        new("boxes", "Boxes", c => c.Boxes, AlignRight: true),
        new("images", "Images", c => c.Images, AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        var name = new Argument<string?>("name") { Description = "Data set, as NAME or NAME@sha256:HEX", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> annotations = ValueOptions.Optional("--annotations", "Annotation file to count instead of a stored data set", "CSV");
        Option<double> iou = ValueOptions.Real("--iou", "Overlap above which two boxes of an image count as overlapping", 0.4, 0, 1, minIncluded: false);
        Option<bool> skipBadRows = ValueOptions.Flag("--skip-bad-rows", "Leave out bad rows of the annotation file instead of refusing it");
        Option<string?> html = ValueOptions.Optional("--html", "Write a page with all pictures and tables; it needs no other file", "FILE");
        Option<string?> plots = ValueOptions.Optional("--plots", "Write every picture as a PNG", "DIR");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("stats", "Classes, raters, boxes, overlaps, sizes and patients of a data set or an annotation file")
        {
            name, annotations, iou, skipBadRows, html, plots, store, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            Source source = (parse.GetValue(name), parse.GetValue(annotations)) switch
            {
                (null, { } file) => ReadFile(context, file, parse.GetValue(skipBadRows)),
                ({ } dataset, null) => await ReadStoredAsync(parse.GetRequiredValue(store), dataset, cancellationToken),
                _ => throw new InvalidInputException("give either a data set's name or --annotations CSV"),
            };
            DatasetExploration explored = DatasetExploration.Of(source.Rows, source.Classes, source.Images, parse.GetValue(iou));
            if (parse.GetValue(html) is { } page)
            {
                await ExplorationReport.WriteHtmlAsync(page, source.Name, explored, context.Clock.GetUtcNow(), cancellationToken);
                context.Note($"page: {page}");
            }

            if (parse.GetValue(plots) is { } folder)
            {
                IReadOnlyList<string> files = await ExplorationReport.WritePicturesAsync(folder, explored, cancellationToken);
                context.Note($"{files.Count} pictures in {folder}");
            }

            StatsReport report = StatsReport.Of(explored);
            Renderer.Show(context, output.ValueOf(parse), report, report.PerClass, Columns, console =>
            {
                TableRenderer.WriteFacts(console, Facts(explored.Summary, source.Classes, parse.GetValue(iou)));
                TableRenderer.Write(console, report.PerClass, Columns, "no classes");
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static Source ReadFile(CliContext context, string path, bool skipBadRows)
    {
        AnnotationFile file = AnnotationCsv.Read(path);
        if (file.Errors.Count > 0 && !skipBadRows)
        {
            throw new InvalidInputException(path, [.. file.Errors.Select(e => $"line {e.Line}: {e.Message}")]);
        }

        foreach (RowError error in file.Errors)
        {
            context.Note($"{path} line {error.Line} left out: {error.Message}");
        }

        return new(Path.GetFileName(path), file.Classes, file.Annotations, []);
    }

    private static async Task<Source> ReadStoredAsync(string storeUri, string dataset, CancellationToken cancellationToken)
    {
        await using IStore store = await StoreFactory.OpenAsync(storeUri, cancellationToken: cancellationToken);
        DatasetManifest manifest = await new DatasetCatalog(store).GetAsync(dataset, cancellationToken);
        return new(
            $"{manifest.Name}@sha256:{Text.ShortHash(manifest.Version)}", manifest.Classes, manifest.Annotations,
            [.. manifest.Images.Select(i => new ImageProfile(i.ImageId, i.Columns, i.Rows, i.Facts?.Sex, i.Facts?.Age))]);
    }

    /// <param name="Images">Empty when only the annotations are at hand.</param>
    private sealed record Source(string Name, ClassList Classes, IReadOnlyList<Annotation> Rows, IReadOnlyList<ImageProfile> Images);

    private static List<(string Name, string Value)> Facts(AnnotationSummary summary, ClassList classes, double iou)
    {
        List<(string Name, string Value)> facts =
        [
            ("images", Text.Of(summary.Images)),
            ("boxes", Text.Of(summary.Boxes)),
            ("no finding images", Text.Of(summary.NoFindingImages)),
            ($"images with a pair at IoU > {iou}", Text.Of(summary.ImagesWithOverlap)),
            ("raters", Text.Of(summary.Raters)),
        ];
        facts.AddRange(summary.CoOccurrence
            .Where(p => p.Images > 0)
            .OrderByDescending(p => p.Images)
            .Take(PairsShown)
            .Select((pair, i) => (i == 0 ? "together most often" : "", $"{classes.NameOf(pair.A)} + {classes.NameOf(pair.B)}: {Text.Of(pair.Images)} images")));
        return facts;
    }
}
