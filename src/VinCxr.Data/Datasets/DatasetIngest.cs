using System.Text.RegularExpressions;
using VinCxr.Core;
using VinCxr.Data.Dicom;
using VinCxr.Data.Dicom.Deidentification;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

/// <summary>
/// Puts a folder of DICOM files and its annotations into the store as one data set version. Resumable: a second run after a crash
/// uploads only what is missing. Files that cannot be decoded are quarantined with a reason. The version becomes visible last.
/// </summary>
/// <param name="store">Null only for a dry run where there is no store yet.</param>
/// <param name="reader">Null for <see cref="DicomReaders.Default"/>.</param>
/// <param name="time">Null for the system's clock.</param>
public sealed partial class DatasetIngest(IStore? store, IDicomReader? reader = null, TimeProvider? time = null)
{
    private readonly IDicomReader _reader = reader ?? DicomReaders.Default;
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <param name="name">Letters, digits, dot, dash and underscore, at most 100; starts with a letter or digit.</param>
    /// <param name="annotationsCsv">Null for images without annotations.</param>
    /// <exception cref="InvalidInputException">Bad name, no such folder, no usable DICOM file, or bad annotation rows (all listed).</exception>
    /// <exception cref="StoreException">The store is gone or full; what was stored so far is found again by the next run.</exception>
    public async Task<IngestReport> RunAsync(
        string name, string imagesDirectory, string? annotationsCsv, IngestOptions options, IProgress<IngestProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (store is null && !options.DryRun)
        {
            throw new ArgumentException("only a dry run goes without a store", nameof(options));
        }

        CheckName(name);
        var folder = FolderScan.Of(imagesDirectory);
        var annotations = AnnotationCheck.Read(annotationsCsv, folder.ImageIds, options.SkipBadRows, options.MostRowErrors);
        if (options.DryRun)
        {
            return await RunAsync(name, folder, annotations, options, sign: null, progress, cancellationToken).ConfigureAwait(false);
        }

        var sign = new IngestSign(store!.Documents, name, _time);
        await sign.RenewAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await RunAsync(name, folder, annotations, options, sign, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await sign.RemoveAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <exception cref="InvalidInputException">It is no name of a data set.</exception>
    public static void CheckName(string name)
    {
        if (!ValidName().IsMatch(name))
        {
            throw new InvalidInputException(
                $"data set name '{name}': use letters, digits, '.', '-' and '_', at most 100, the first a letter or digit");
        }
    }

    /// <summary>Holds annotations against the files of a folder, as an ingest does before it takes the first of them.</summary>
    /// <param name="annotationsCsv">Null for images without annotations.</param>
    /// <exception cref="InvalidInputException">Bad rows, all listed, unless <paramref name="skipBadRows"/> is set; no CSV, or columns missing.</exception>
    public static void CheckAnnotations(FolderScan folder, string? annotationsCsv, bool skipBadRows) =>
        AnnotationCheck.Read(annotationsCsv, folder.ImageIds, skipBadRows);

    private async Task<IngestReport> RunAsync(
        string name, FolderScan folder, AnnotationCheck annotations, IngestOptions options, IngestSign? sign, IProgress<IngestProgress>? progress,
        CancellationToken cancellationToken)
    {
        var tally = await TakeAllAsync(name, folder.Files, options, sign, progress, cancellationToken).ConfigureAwait(false);
        QuarantinedImage[] quarantined = [.. tally.Quarantined.Concat(folder.Refused).OrderBy(q => q.File, StringComparer.Ordinal)];
        if (options.FilesTaken is { } taken)
        {
            await taken(new IngestFindings(quarantined, tally.Phi)).ConfigureAwait(false);
        }

        DatasetImage[] images = [.. tally.Ingested.Select(f => f.Image).OrderBy(i => i.ImageId, StringComparer.Ordinal)];
        if (images.Length == 0)
        {
            var first = tally.Quarantined[0];
            throw new InvalidInputException(
                $"none of the {folder.Files.Count} DICOM files in the images folder can be used; the first, '{first.File}': {first.Reason}");
        }

        annotations.CompareWith(images.ToDictionary(i => i.ImageId, StringComparer.Ordinal));
        var rows = DatasetVersion.Sort(annotations.Rows);
        var manifest = new DatasetManifest
        {
            Name = name,
            Version = DatasetVersion.Compute(annotations.Classes, images, rows),
            Classes = annotations.Classes,
            Images = images,
            Annotations = rows,
            Quarantined = quarantined,
            PhiTags = tally.PhiTags,
            Deidentification = ProfileOf(options),
        };
        if (!options.DryRun)
        {
            await new DatasetCatalog(store!).PutAsync(manifest, cancellationToken).ConfigureAwait(false);
        }

        return new IngestReport(manifest, tally.Uploaded, tally.AlreadyStored, annotations.Errors)
        {
            UploadedBytes = tally.UploadedBytes,
            DryRun = options.DryRun,
        };
    }

    private async Task<IngestTally> TakeAllAsync(
        string name, IReadOnlyList<DatasetFile> files, IngestOptions options, IngestSign? sign, IProgress<IngestProgress>? progress,
        CancellationToken cancellationToken)
    {
        var ledger = await IngestLedger.LoadAsync(store?.Logs, name, ProfileOf(options), options.DryRun, _time, cancellationToken).ConfigureAwait(false);
        var intake = new FileIntake(
            new BlobUploads(store, options.DryRun), _reader, ledger, new IngestMemory(options.MemoryBytes), options.Deidentify);
        var tally = new IngestTally(files.Count, files.Sum(f => f.Length), progress);
        tally.Start();

        // The first file in name order owns an image id, whatever order the workers take.
        var owners = files.DistinctBy(f => f.ImageId, StringComparer.Ordinal).ToDictionary(f => f.ImageId, StringComparer.Ordinal);
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Parallelism > 0 ? options.Parallelism : Environment.ProcessorCount,
            CancellationToken = cancellationToken,
        };
        try
        {
            await Parallel.ForEachAsync(files, parallel, async (file, token) =>
            {
                var owner = owners[file.ImageId];
                tally.Add(owner == file
                    ? await intake.TakeAsync(file, token).ConfigureAwait(false)
                    : IntakeResult.Quarantine(file, $"image id '{file.ImageId}' is taken by '{owner.Name}' already"));
                await (sign?.RenewAsync(token) ?? Task.CompletedTask).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        catch
        {
            // Whatever ended the run matters more than lines that the next run can do without.
            await ledger.FlushAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        await ledger.FlushAsync(cancellationToken).ConfigureAwait(false);
        return tally;
    }

    private static string? ProfileOf(IngestOptions options) => options.Deidentify ? ConfidentialityProfile.Version : null;

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();
}
