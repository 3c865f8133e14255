using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

/// <param name="Parallelism">Files in flight; 0 means one per core.</param>
/// <param name="SkipBadRows">Leave out bad annotation rows instead of refusing the file.</param>
public sealed record IngestOptions(int Parallelism = 0, bool SkipBadRows = false);

public sealed record IngestProgress(int FilesDone, int FilesTotal, long BytesDone, long BytesTotal, int Quarantined, int AlreadyStored);

/// <param name="RowErrors">Annotation rows that were skipped, as <c>line N: reason</c>.</param>
public sealed record IngestReport(DatasetManifest Manifest, int Uploaded, int AlreadyStored, IReadOnlyList<string> RowErrors);

/// <summary>
/// Puts a folder of DICOM files and its annotations into the store as one data set version. Resumable: a second run after a crash
/// uploads only what is missing. Files that cannot be decoded are quarantined with a reason. The version becomes visible last.
/// </summary>
public sealed class DatasetIngest(IStore store)
{
    private readonly IStore _store = store;

    /// <exception cref="VinCxr.Core.InvalidInputException">No such folder, no DICOM files, or bad annotation rows (all listed).</exception>
    public Task<IngestReport> RunAsync(
        string name, string imagesDirectory, string? annotationsCsv, IngestOptions options, IProgress<IngestProgress>? progress = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException(_store.Uri);
}
