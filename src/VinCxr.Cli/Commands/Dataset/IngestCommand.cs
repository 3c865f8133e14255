using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset ingest</c>: a folder of DICOM files and its annotations into the store, resumable.</summary>
internal static class IngestCommand
{
    private const int FilesNamed = 10;

    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Name of the data set");
        Option<string> images = ValueOptions.Required("--images", "Folder of DICOM files, subfolders included", "DIR");
        Option<string?> annotations = ValueOptions.Optional("--annotations", "Annotation file", "CSV");
        Option<int> parallel = ValueOptions.Whole("--parallel", "Files in flight, 0 for one per core", 0, 0, 1024);
        Option<bool> skipBadRows = ValueOptions.Flag("--skip-bad-rows", "Leave out bad annotation rows instead of refusing the file");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("ingest", "Take a folder of DICOM files and its annotations into the store; run again to resume")
        {
            name, images, annotations, parallel, skipBadRows, store, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using IStore opened = await StoreFactory.OpenAsync(parse.GetRequiredValue(store), create: true, cancellationToken);
            IngestReport report = await RunAsync(
                context, opened, parse.GetRequiredValue(name), parse.GetRequiredValue(images), parse.GetValue(annotations),
                new IngestOptions(parse.GetValue(parallel), parse.GetValue(skipBadRows)), cancellationToken);
            Write(context, output.ValueOf(parse), report);
            return ExitCode.Done;
        });
        return command;
    }

    public static Task<IngestReport> RunAsync(
        CliContext context, IStore store, string name, string images, string? annotations, IngestOptions options, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(context, $"ingest {name}", ProgressUnit.Bytes, bar =>
        {
            var progress = new SynchronousProgress<IngestProgress>(p => bar.Update(p.BytesDone, p.BytesTotal, Note(p)));
            return new DatasetIngest(store).RunAsync(name, images, annotations, options, progress, cancellationToken);
        });

    private static string Note(IngestProgress progress)
    {
        string note = $"{progress.FilesDone}/{progress.FilesTotal} files";
        return progress.Quarantined == 0 ? note : $"{note}, {progress.Quarantined} quarantined";
    }

    private static void Write(CliContext context, OutputFormat format, IngestReport report)
    {
        foreach (string row in report.RowErrors)
        {
            context.Note($"skipped {row}");
        }

        DatasetDetails details = DatasetDetails.Of(report.Manifest, report);
        Renderer.Show(context, format, details, [details], DatasetDetails.Columns, console =>
        {
            TableRenderer.WriteFacts(console, details.Facts());
            foreach (QuarantinedImage bad in details.QuarantinedFiles.Take(FilesNamed))
            {
                console.Write(new Spectre.Console.Text($"quarantined {bad.File}: {bad.Reason}\n"));
            }

            if (details.Quarantined > FilesNamed)
            {
                console.Write(new Spectre.Console.Text($"... and {details.Quarantined - FilesNamed} more: vincxr dataset show {details.Name}\n"));
            }
        });
    }
}
