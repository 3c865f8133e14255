using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Data.Annotations;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset stats</c>: counts over the annotations of a stored data set or of a file.</summary>
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
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("stats", "Images, boxes, raters, classes and overlaps of a data set or an annotation file")
        {
            name, annotations, iou, skipBadRows, store, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            (ClassList classes, IReadOnlyList<Annotation> rows) = (parse.GetValue(name), parse.GetValue(annotations)) switch
            {
                (null, { } file) => ReadFile(context, file, parse.GetValue(skipBadRows)),
                ({ } dataset, null) => await ReadStoredAsync(parse.GetRequiredValue(store), dataset, cancellationToken),
                _ => throw new InvalidInputException("give either a data set's name or --annotations CSV"),
            };
            AnnotationSummary summary = AnnotationStatistics.Summarise(rows, classes, parse.GetValue(iou));
            Renderer.Show(context, output.ValueOf(parse), summary, summary.PerClass, Columns, console =>
            {
                TableRenderer.WriteFacts(console, Facts(summary, classes, parse.GetValue(iou)));
                TableRenderer.Write(console, summary.PerClass, Columns, "no classes");
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static (ClassList Classes, IReadOnlyList<Annotation> Rows) ReadFile(CliContext context, string path, bool skipBadRows)
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

        return (file.Classes, file.Annotations);
    }

    private static async Task<(ClassList Classes, IReadOnlyList<Annotation> Rows)> ReadStoredAsync(
        string storeUri, string dataset, CancellationToken cancellationToken)
    {
        await using IStore store = await StoreFactory.OpenAsync(storeUri, cancellationToken: cancellationToken);
        DatasetManifest manifest = await new DatasetCatalog(store).GetAsync(dataset, cancellationToken);
        return (manifest.Classes, manifest.Annotations);
    }

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
