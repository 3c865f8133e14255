using System.Text.RegularExpressions;
using VinCxr.Core;
using VinCxr.Data.Dicom;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

/// <param name="Parallelism">Files in flight, each held in memory with its pixels; 0 means one per core.</param>
/// <param name="SkipBadRows">Leave out bad annotation rows instead of refusing the file.</param>
public sealed record IngestOptions(int Parallelism = 0, bool SkipBadRows = false);

public sealed record IngestProgress(int FilesDone, int FilesTotal, long BytesDone, long BytesTotal, int Quarantined, int AlreadyStored);

/// <param name="RowErrors">Annotation rows that were skipped, as <c>line N: reason</c>.</param>
public sealed record IngestReport(DatasetManifest Manifest, int Uploaded, int AlreadyStored, IReadOnlyList<string> RowErrors);

/// <summary>
/// Puts a folder of DICOM files and its annotations into the store as one data set version. Resumable: a second run after a crash
/// uploads only what is missing. Files that cannot be decoded are quarantined with a reason. The version becomes visible last.
/// </summary>
/// <param name="reader">Null for <see cref="DicomReader"/>.</param>
public sealed partial class DatasetIngest(IStore store, IDicomReader? reader = null)
{
    private readonly IDicomReader _reader = reader ?? DicomReaders.Default;

    /// <param name="name">Letters, digits, dot, dash and underscore, at most 100; starts with a letter or digit.</param>
    /// <param name="annotationsCsv">Null for images without annotations.</param>
    /// <exception cref="InvalidInputException">Bad name, no such folder, no usable DICOM file, or bad annotation rows (all listed).</exception>
    /// <exception cref="StoreException">The store is gone or full; what was stored so far is found again by the next run.</exception>
    public async Task<IngestReport> RunAsync(
        string name, string imagesDirectory, string? annotationsCsv, IngestOptions options, IProgress<IngestProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (!ValidName().IsMatch(name))
        {
            throw new InvalidInputException(
                $"data set name '{name}': use letters, digits, '.', '-' and '_', at most 100, the first a letter or digit");
        }

        var files = DatasetFile.FindAll(imagesDirectory);
        var annotations = AnnotationCheck.Read(annotationsCsv, files.Select(f => f.ImageId).ToHashSet(StringComparer.Ordinal), options.SkipBadRows);
        var tally = await TakeAllAsync(name, files, options.Parallelism, progress, cancellationToken).ConfigureAwait(false);

        DatasetImage[] images = [.. tally.Ingested.Select(f => f.Image).OrderBy(i => i.ImageId, StringComparer.Ordinal)];
        if (images.Length == 0)
        {
            var first = tally.Quarantined[0];
            throw new InvalidInputException(
                $"images folder '{imagesDirectory}': none of the {files.Count} files can be used; the first, '{first.File}': {first.Reason}");
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
            Quarantined = tally.Quarantined,
            PhiTags = tally.PhiTags,
        };
        await new DatasetCatalog(store).PutAsync(manifest, cancellationToken).ConfigureAwait(false);
        return new IngestReport(manifest, tally.Uploaded, tally.AlreadyStored, annotations.Errors);
    }

    private async Task<IngestTally> TakeAllAsync(
        string name, IReadOnlyList<DatasetFile> files, int parallelism, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        var ledger = await IngestLedger.LoadAsync(store.Logs, name, cancellationToken).ConfigureAwait(false);
        var intake = new FileIntake(store, _reader, ledger);
        var tally = new IngestTally(files.Count, files.Sum(f => f.Length), progress);
        tally.Start();

        // The first file in name order owns an image id, whatever order the workers take.
        var owners = files.DistinctBy(f => f.ImageId, StringComparer.Ordinal).ToDictionary(f => f.ImageId, StringComparer.Ordinal);
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = parallelism > 0 ? parallelism : Environment.ProcessorCount,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(files, parallel, async (file, token) =>
        {
            var owner = owners[file.ImageId];
            tally.Add(owner == file
                ? await intake.TakeAsync(file, token).ConfigureAwait(false)
                : new IntakeResult(IntakeKind.Quarantined, file, Ingested: null, $"image id '{file.ImageId}' is taken by '{owner.Name}' already"));
        }).ConfigureAwait(false);
        return tally;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();
}
