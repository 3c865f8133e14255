namespace VinCxr.Data.Datasets;

/// <param name="Parallelism">Files in flight at most; 0 means one per core.</param>
/// <param name="SkipBadRows">Leave out bad annotation rows instead of refusing the file.</param>
public sealed record IngestOptions(int Parallelism = 0, bool SkipBadRows = false)
{
    /// <summary>Store files without the tags that identify a person (PS3.15 basic profile for names, ids and places).</summary>
    public bool Deidentify { get; init; }

    /// <summary>Look at everything and store nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Bytes that files in flight and their pixels may hold; 0 means a quarter of the memory that this process may use.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Bad annotation rows after which the file is given up, whether they are skipped or not; 0 for any number.</summary>
    public int MostRowErrors { get; init; }

    /// <summary>Called when all files were looked at, before their annotations are checked, also when none can be used.</summary>
    public Func<IngestFindings, Task>? FilesTaken { get; init; }
}

public sealed record IngestProgress(int FilesDone, int FilesTotal, long BytesDone, long BytesTotal, int Quarantined, int AlreadyStored);

/// <param name="Quarantined">In file order.</param>
/// <param name="Phi">Usable files with personal data, in file order.</param>
public sealed record IngestFindings(IReadOnlyList<QuarantinedImage> Quarantined, IReadOnlyList<PhiFile> Phi);

/// <param name="File">File name relative to the images folder.</param>
/// <param name="Tags">As <c>(gggg,eeee) Keyword</c>; never a value.</param>
public sealed record PhiFile(string File, string ImageId, IReadOnlyList<string> Tags);

/// <param name="Uploaded">Files whose content was stored; in a dry run, would be.</param>
/// <param name="AlreadyStored">Files whose content was there before, or came with another file of this run.</param>
/// <param name="RowErrors">Annotation rows that were skipped, as <c>line N: reason</c>.</param>
public sealed record IngestReport(DatasetManifest Manifest, int Uploaded, int AlreadyStored, IReadOnlyList<string> RowErrors)
{
    /// <summary>Bytes that were stored; in a dry run, would be.</summary>
    public required long UploadedBytes { get; init; }

    public required bool DryRun { get; init; }
}
