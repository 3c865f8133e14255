using System.Security.Cryptography;
using System.Text;
using VinCxr.Cli.Progress;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Data.Datasets;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>
/// An ingest by a server: the folder travels there, the server takes it in, this waits. Run again it goes on with what the server has: an upload is known by
/// the machine and the folder that it comes from.
/// </summary>
internal sealed class RemoteIngest(CliContext context, IDatasetUploads uploads, string dataset, IngestOptions options)
{
    private const int DefaultParallel = 4;
    private const int MostErrors = 20;
    private const string CsvExtension = ".csv";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <exception cref="InvalidInputException">What is wrong with folder, names or annotations, found here or by the server.</exception>
    /// <exception cref="StoreException">The server does not answer, or could not do it.</exception>
    public async Task<UploadReport> RunAsync(string images, string? annotations, CancellationToken cancellationToken)
    {
        if (options.MemoryBytes > 0)
        {
            throw new InvalidInputException("--memory is for an ingest in this process; a server has 'vincxr serve --upload-memory'");
        }

        DatasetIngest.CheckName(dataset);
        FolderScan folder = FolderScan.Of(images);
        DatasetIngest.CheckAnnotations(folder, annotations, options.SkipBadRows);
        string? sheet = annotations is null ? null : Path.GetFileName(annotations);
        sheet = sheet is null || sheet.EndsWith(CsvExtension, StringComparison.OrdinalIgnoreCase) ? sheet : sheet + CsvExtension;
        List<LocalFile> files = [.. folder.Files.Select(f => new LocalFile(f.Name, f.Path, f.Length))];
        if (sheet is not null)
        {
            files.Add(new LocalFile(sheet, Path.GetFullPath(annotations!), new FileInfo(annotations!).Length));
        }

        CheckNames(files);
        foreach (QuarantinedImage refused in folder.Refused)
        {
            context.Note($"left out {refused.File}: {refused.Reason}");
        }

        var request = new UploadIngest(sheet, options.SkipBadRows, options.Deidentify, options.DryRun);
        UploadReport report = await RunAsync(KeyOf(images), files, request, cancellationToken);
        if (options.FilesTaken is { } taken)
        {
            await taken(FindingsOf(report));
        }

        return report;
    }

    private async Task<UploadReport> RunAsync(string key, IReadOnlyList<LocalFile> files, UploadIngest request, CancellationToken cancellationToken)
    {
        UploadInfo upload = await uploads.CreateUploadAsync(dataset, new CreateUpload(key), cancellationToken);
        if (upload.State == UploadState.Ingesting)
        {
            context.Note($"upload {upload.Id} of an earlier run is being ingested");
            upload = await FollowAsync(upload, cancellationToken);
        }

        if (upload is { State: UploadState.Done, Ingest.DryRun: false })
        {
            if (upload.Ingest == request && await Sender(upload).IsSameAsync(files, cancellationToken))
            {
                context.Note("an earlier run has ingested these files");
                return await uploads.GetUploadReportAsync(dataset, upload.Id, cancellationToken);
            }

            await uploads.RemoveUploadAsync(dataset, upload.Id, cancellationToken);
            upload = await uploads.CreateUploadAsync(dataset, new CreateUpload(key), cancellationToken);
        }

        await Sender(upload).SendAsync(Fitting(files, request.Annotations, upload.Limits), cancellationToken);
        await uploads.IngestUploadAsync(dataset, upload.Id, request, cancellationToken);
        upload = await FollowAsync(upload, cancellationToken);
        if (upload.State == UploadState.Done)
        {
            return await uploads.GetUploadReportAsync(dataset, upload.Id, cancellationToken);
        }

        UploadFailure failure = upload.Failure ?? new UploadFailure($"upload {upload.Id} is {upload.State}: another command goes on with it", [], IsInput: false);
        throw failure.IsInput ? InvalidInputException.Restore(failure.Message, failure.Errors) : new StoreException($"the server could not ingest it: {failure.Message}");
    }

    private FolderUpload Sender(UploadInfo upload) => new(context, uploads, upload, options.Parallelism > 0 ? options.Parallelism : DefaultParallel);

    /// <summary>What is larger than the server takes would be quarantined by it anyhow, images at least.</summary>
    private List<LocalFile> Fitting(IReadOnlyList<LocalFile> files, string? annotations, UploadLimits limits)
    {
        if (files.FirstOrDefault(f => f.Name == annotations && f.Length > limits.AnnotationBytes) is { } sheet)
        {
            throw new InvalidInputException($"annotations '{sheet.Name}' have {sheet.Length} bytes; this server takes {limits.AnnotationBytes}");
        }

        foreach (LocalFile large in files.Where(f => f.Length > limits.FileBytes))
        {
            context.Note($"left out {large.Name}: it has {large.Length} bytes, this server takes {limits.FileBytes}");
        }

        return [.. files.Where(f => f.Length <= limits.FileBytes)];
    }

    /// <returns>The upload once it is not being ingested any more.</returns>
    private Task<UploadInfo> FollowAsync(UploadInfo upload, CancellationToken cancellationToken) =>
        ProgressDisplay.RunAsync(context, $"ingest {dataset}", ProgressUnit.Bytes, async bar =>
        {
            while (true)
            {
                UploadInfo now = await uploads.GetUploadAsync(dataset, upload.Id, cancellationToken);
                if (now.State != UploadState.Ingesting)
                {
                    return now;
                }

                if (now.Progress is { } progress)
                {
                    bar.Update(progress.Bytes, progress.TotalBytes, IngestCommand.Note(progress.Files, progress.TotalFiles, progress.Quarantined));
                }

                await Task.Delay(Interval, context.Clock, cancellationToken);
            }
        });

    private static void CheckNames(IReadOnlyList<LocalFile> files)
    {
        string[] errors = [.. files.Select(f => UploadNames.Problem(f.Name) is { } problem ? $"file name '{f.Name}' {problem}" : null).OfType<string>()];
        if (errors.Length > 0)
        {
            throw new InvalidInputException("files that cannot be uploaded", errors.Length > MostErrors ? [.. errors[..MostErrors], $"and {errors.Length - MostErrors} more"] : errors);
        }

        if (files.GroupBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InvalidInputException($"'{twice.Key}' is the name of an image and of the annotations; give the annotations another");
        }
    }

    private static string KeyOf(string images) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName}\n{Path.GetFullPath(images)}")));

    private static IngestFindings FindingsOf(UploadReport report) => new(
        [.. report.Dataset.QuarantinedFiles.Select(q => new QuarantinedImage(q.File, q.Reason) { Bytes = q.Bytes })],
        [.. report.PersonalData.Select(p => new PhiFile(p.File, p.ImageId, p.Tags))]);
}
