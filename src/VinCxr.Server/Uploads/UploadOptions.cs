namespace VinCxr.Server.Uploads;

/// <summary>How much people may send to a server to be ingested. Files wait on disk, never in memory.</summary>
public sealed record UploadOptions
{
    /// <summary>Folder in which files wait; null puts it into a <c>file://</c> store, or under the user's data folder. Of this machine, not shared with others.</summary>
    public string? Folder { get; init; }

    /// <summary>Bytes of one image file.</summary>
    public long FileBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of one CSV file, which is read into memory when it is ingested.</summary>
    public long AnnotationBytes { get; init; } = 32L << 20;

    /// <summary>Bytes of all files of an upload.</summary>
    public long UploadBytes { get; init; } = 512L << 30;

    /// <summary>Bytes of all uploads.</summary>
    public long TotalBytes { get; init; } = 1L << 40;

    /// <summary>Files of an upload.</summary>
    public int Files { get; init; } = 200_000;

    /// <summary>Uploads that a user may have at once; those that are done do not count.</summary>
    public int PerUser { get; init; } = 4;

    /// <summary>An upload to which nothing happens for so long is removed.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Bytes that files in flight and their pixels may hold while one is ingested.</summary>
    public long IngestMemoryBytes { get; init; } = 1L << 30;

    /// <summary>Bytes that the pixels of one image may take, or a deflated data set; larger ones are quarantined.</summary>
    public long ImageBytes { get; init; } = 256L << 20;
}
