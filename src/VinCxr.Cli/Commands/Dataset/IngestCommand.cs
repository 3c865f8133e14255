using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Rendering;
using VinCxr.Core;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary><c>vincxr dataset ingest</c>: a folder of DICOM files and its annotations into the store, resumable.</summary>
internal static class IngestCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("name", "Name of the data set");
        Option<string> images = ValueOptions.Required("--images", "Folder of DICOM files, subfolders included", "DIR");
        Option<string?> annotations = ValueOptions.Optional("--annotations", "Annotation file", "CSV");
        Option<int> parallel = ValueOptions.Whole("--parallel", "Files in flight, 0 for one per core", 0, 0, 1024);
        Option<int> memory = ValueOptions.Whole("--memory", "MB that files in flight may hold, 0 for a quarter of the memory", 0, 0, 1 << 20);
        Option<bool> skipBadRows = ValueOptions.Flag("--skip-bad-rows", "Leave out bad annotation rows instead of refusing the file");
        Option<bool> deidentify = ValueOptions.Flag("--deidentify", "Store the files without names, ids, birth dates and institutions (DICOM PS3.15 basic profile)");
        Option<bool> dryRun = ValueOptions.Flag("--dry-run", "Decode and report everything, store nothing");
        Option<string?> quarantine = ValueOptions.Optional("--quarantine", "Write the quarantined files with their reasons to this file", "CSV");
        Option<string?> phi = ValueOptions.Optional("--phi", "Write the tags that may identify a person, file by file, to this file; never a value", "CSV");
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("ingest", "Take a folder of DICOM files and its annotations into the store; run again to resume")
        {
            name, images, annotations, parallel, memory, skipBadRows, deidentify, dryRun, quarantine, phi, store, output,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            var options = new IngestOptions(parse.GetValue(parallel), parse.GetValue(skipBadRows))
            {
                Deidentify = parse.GetValue(deidentify),
                DryRun = parse.GetValue(dryRun),
                MemoryBytes = parse.GetValue(memory) * 1_000_000L,
                FilesTaken = findings => WriteReportsAsync(findings, parse.GetValue(quarantine), parse.GetValue(phi), cancellationToken),
            };
            await using IStore? opened = await OpenAsync(context, parse.GetRequiredValue(store), options.DryRun, cancellationToken);
            IngestReport report = await RunAsync(
                context, opened, parse.GetRequiredValue(name), parse.GetRequiredValue(images), parse.GetValue(annotations), options, cancellationToken);
            Write(context, output.ValueOf(parse), report);
            return ExitCode.Done;
        });
        return command;
    }

    /// <param name="store">Null only for a dry run.</param>
    public static Task<IngestReport> RunAsync(
        CliContext context, IStore? store, string name, string images, string? annotations, IngestOptions options, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(context, $"ingest {name}", ProgressUnit.Bytes, bar =>
        {
            var progress = new SynchronousProgress<IngestProgress>(p => bar.Update(p.BytesDone, p.BytesTotal, Note(p)));
            return new DatasetIngest(store).RunAsync(name, images, annotations, options, progress, cancellationToken);
        });

    /// <summary>A dry run neither makes a store nor needs one.</summary>
    private static async Task<IStore?> OpenAsync(CliContext context, string uri, bool isDryRun, CancellationToken cancellationToken)
    {
        try
        {
            return await StoreFactory.OpenAsync(uri, create: !isDryRun, cancellationToken);
        }
        catch (StoreException error) when (isDryRun)
        {
            context.Note($"dry run without a store, so nothing counts as stored already ({error.Message})");
            return null;
        }
    }

    private static async Task WriteReportsAsync(IngestFindings findings, string? quarantine, string? phi, CancellationToken cancellationToken)
    {
        if (quarantine is not null)
        {
            await FileReports.WriteQuarantineAsync(quarantine, findings.Quarantined, cancellationToken);
        }

        if (phi is not null)
        {
            await FileReports.WritePhiAsync(phi, findings.Phi, cancellationToken);
        }
    }

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
            if (details.Quarantined > 0)
            {
                TableRenderer.Write(console, QuarantineGroups.Of(details.QuarantinedFiles), FileReports.GroupColumns, "");
            }

            if (report.DryRun)
            {
                console.Write(new Spectre.Console.Text("dry run: nothing was stored\n"));
            }
        });
    }
}
