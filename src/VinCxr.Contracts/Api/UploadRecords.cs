namespace VinCxr.Contracts.Api;

public enum UploadState
{
    /// <summary>Takes files.</summary>
    Open,

    /// <summary>Is ingested, or waits for its turn; takes no files.</summary>
    Ingesting,

    /// <summary>The version is there; the files have been removed, except after a dry run.</summary>
    Done,

    /// <summary>The ingest was refused; takes files and can be asked again.</summary>
    Failed,
}

/// <param name="Key">The same key gives the same upload, or null.</param>
/// <param name="User">Whose it is; null is the caller.</param>
/// <param name="Operates">Whether the user may also add to data sets of others.</param>
public sealed record CreateUpload(string? Key = null, string? User = null, bool Operates = false);

/// <param name="User">Who began it.</param>
/// <param name="ExpiresAt">When it is removed unless something happens to it before.</param>
/// <param name="Files">Files that have arrived whole.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Ingest">What was asked for last, or null before.</param>
/// <param name="Progress">How far the ingest is, or null while it waits or nobody asked for it.</param>
/// <param name="Failure">Why the last ingest was refused, or null.</param>
/// <param name="Reference">Once done, the version as <c>name@sha256:hex</c>; after a dry run, what it would be.</param>
/// <param name="Quarantined">Once done, files that cannot be used.</param>
public sealed record UploadInfo(
    string Id, string Dataset, string User, UploadState State, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, int Files, long Bytes, UploadLimits Limits,
    UploadIngest? Ingest = null, UploadProgress? Progress = null, UploadFailure? Failure = null, string? Reference = null, int? Quarantined = null);

/// <param name="FileBytes">Of one image file.</param>
/// <param name="AnnotationBytes">Of one CSV file.</param>
/// <param name="UploadBytes">Of all files of an upload.</param>
/// <param name="Files">Files of an upload.</param>
public sealed record UploadLimits(long FileBytes, long AnnotationBytes, long UploadBytes, int Files);

/// <param name="Annotations">Name of the uploaded file with the annotations, or null for images without any.</param>
/// <param name="SkipBadRows">Leave out bad annotation rows instead of refusing the file.</param>
/// <param name="Deidentify">Store files without the tags that identify a person.</param>
/// <param name="DryRun">Look at everything and store nothing.</param>
public sealed record UploadIngest(string? Annotations = null, bool SkipBadRows = false, bool Deidentify = false, bool DryRun = false);

public sealed record UploadProgress(int Files, int TotalFiles, long Bytes, long TotalBytes, int Quarantined);

/// <param name="Message">One line.</param>
/// <param name="Errors">Every mistake of bad input, or the message alone; the first ones where there are very many.</param>
/// <param name="IsInput">Whether the files are at fault; otherwise the same may succeed later.</param>
public sealed record UploadFailure(string Message, IReadOnlyList<string> Errors, bool IsInput);

/// <param name="Name">Path below the images folder, with forward slashes.</param>
/// <param name="Sha256">Lower-case hex of the content.</param>
public sealed record UploadedFile(string Name, long Length, string Sha256);

/// <summary>A file on its way.</summary>
/// <param name="Length">Bytes, or null where nobody said.</param>
/// <param name="Sha256">Lower-case hex of what the sender means to send, or null.</param>
/// <param name="Open">Opens the content from its start; a client may do so several times.</param>
public sealed record UploadContent(string Name, long? Length, string? Sha256, Func<Stream> Open);

/// <summary>What an ingest found, as a command on the store reports it.</summary>
/// <param name="PhiTags">Files by tag that may identify a person.</param>
/// <param name="Deidentification">Profile by which those tags were blanked in the stored files, or null.</param>
/// <param name="SharedFiles">Images that share the file of another.</param>
/// <param name="SharedPixels">Further files that share the pixels of another.</param>
/// <param name="Stored">Files that were stored; in a dry run, would be.</param>
/// <param name="AlreadyStored">Files that were there before.</param>
/// <param name="StoredBytes">Bytes that were stored; in a dry run, would be.</param>
/// <param name="RowErrors">Annotation rows that were skipped, as <c>line N: reason</c>.</param>
/// <param name="PersonalData">Usable files with personal data: tags, never a value.</param>
public sealed record UploadReport(
    DatasetInfo Dataset, IReadOnlyDictionary<string, int> PhiTags, string? Deidentification, int SharedFiles, int SharedPixels, int Stored, int AlreadyStored,
    long StoredBytes, bool DryRun, IReadOnlyList<string> RowErrors, IReadOnlyList<PersonalTags> PersonalData);

/// <param name="Tags">As <c>(gggg,eeee) Keyword</c>.</param>
public sealed record PersonalTags(string File, string ImageId, IReadOnlyList<string> Tags);
