using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Progress;
using VinCxr.Cli.Remote;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Api;
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
        Option<int> parallel = ValueOptions.Whole("--parallel", "Files in flight, 0 for one per core, or for 4 on their way to a server", 0, 0, 1024);
        Option<int> memory = ValueOptions.Whole("--memory", "MB that files in flight may hold, 0 for a quarter of the memory; a server has its own limit", 0, 0, 1 << 20);
        Option<bool> skipBadRows = ValueOptions.Flag("--skip-bad-rows", "Leave out bad annotation rows instead of refusing the file");
        Option<bool> deidentify = ValueOptions.Flag("--deidentify", "Store the files without names, ids, birth dates and institutions (DICOM PS3.15 basic profile)");
        Option<bool> dryRun = ValueOptions.Flag("--dry-run", "Decode and report everything, store nothing");
        Option<string?> quarantine = ValueOptions.Optional("--quarantine", "Write the quarantined files with their reasons to this file", "CSV");
        Option<string?> phi = ValueOptions.Optional("--phi", "Write the tags that may identify a person, file by file, to this file; never a value", "CSV");
        Option<string?> server = ServerOption.Create();
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        var command = new Command("ingest", "Take a folder of DICOM files and its annotations into the store, or send them to a server that does; run again to resume")
        {
            name, images, annotations, parallel, memory, skipBadRows, deidentify, dryRun, quarantine, phi, server, store, output,
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
            using ServerConnection? remote = ServerOption.Connect(context, parse, server, store);
            if (remote is not null)
            {
                var ingest = new RemoteIngest(context, new HttpDatasetUploads(remote), parse.GetRequiredValue(name), options);
                UploadReport sent = await ingest.RunAsync(parse.GetRequiredValue(images), parse.GetValue(annotations), cancellationToken);
                Write(context, output.ValueOf(parse), DatasetDetails.Of(sent), sent.RowErrors);
                return ExitCode.Done;
            }

            await using IStore? opened = await OpenAsync(context, parse.GetRequiredValue(store), options.DryRun, cancellationToken);
            IngestReport report = await RunAsync(
                context, opened, parse.GetRequiredValue(name), parse.GetRequiredValue(images), parse.GetValue(annotations), options, cancellationToken);
            Write(context, output.ValueOf(parse), DatasetDetails.Of(report.Manifest, report), report.RowErrors);
            return ExitCode.Done;
        });
        return command;
    }

    /// <param name="store">Null only for a dry run.</param>
    public static Task<IngestReport> RunAsync(
        CliContext context, IStore? store, string name, string images, string? annotations, IngestOptions options, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(context, $"ingest {name}", ProgressUnit.Bytes, bar =>
        {
            var progress = new SynchronousProgress<IngestProgress>(p => bar.Update(p.BytesDone, p.BytesTotal, Note(p.FilesDone, p.FilesTotal, p.Quarantined)));
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

    /// <summary>How far an ingest is, beside its bar.</summary>
    public static string Note(int done, int total, int quarantined)
    {
        string note = $"{done}/{total} files";
        return quarantined == 0 ? note : $"{note}, {quarantined} quarantined";
    }

    private static void Write(CliContext context, OutputFormat format, DatasetDetails details, IReadOnlyList<string> rowErrors)
    {
        foreach (string row in rowErrors)
        {
            context.Note($"skipped {row}");
        }

        Renderer.Show(context, format, details, [details], DatasetDetails.Columns, console =>
        {
            TableRenderer.WriteFacts(console, details.Facts());
            if (details.Quarantined > 0)
            {
                TableRenderer.Write(console, QuarantineGroups.Of(details.QuarantinedFiles), FileReports.GroupColumns, "");
            }

            if (details.DryRun == true)
            {
                console.Write(new Spectre.Console.Text("dry run: nothing was stored\n"));
            }
        });
    }
}
