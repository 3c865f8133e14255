namespace VinCxr.Server.Uploads;

/// <summary>Checks limits of uploads before anything starts, and reports every mistake.</summary>
internal static class UploadOptionsValidator
{
    private const long MinBytes = 1 << 10;

    /// <summary>What an ingest reads into one array.</summary>
    private const long MaxFileBytes = 1L << 30;

    private const int MaxFiles = 2_000_000;
    private const int MaxPerUser = 1000;
    private static readonly TimeSpan MinTimeToLive = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxTimeToLive = TimeSpan.FromDays(365);

    /// <returns>One line per mistake.</returns>
    public static IEnumerable<string> Validate(UploadOptions options)
    {
        if (options.Folder is { } folder && string.IsNullOrWhiteSpace(folder))
        {
            yield return "--uploads is empty; give a folder, or leave it out";
        }

        foreach (var (name, bytes, most) in new[]
        {
            ("--upload-file", options.FileBytes, MaxFileBytes), ("--upload-csv", options.AnnotationBytes, MaxFileBytes), ("--upload-size", options.UploadBytes, long.MaxValue),
            ("--upload-total", options.TotalBytes, long.MaxValue), ("--upload-image", options.ImageBytes, MaxFileBytes), ("--upload-memory", options.IngestMemoryBytes, long.MaxValue),
        })
        {
            if (bytes < MinBytes || bytes > most)
            {
                yield return $"{name} {bytes} is not between {MinBytes} and {most} bytes";
            }
        }

        if (options.UploadBytes > options.TotalBytes)
        {
            yield return $"--upload-size {options.UploadBytes} is more than --upload-total {options.TotalBytes}, all uploads together";
        }

        if (options.Files is < 1 or > MaxFiles)
        {
            yield return $"--upload-files {options.Files} is not between 1 and {MaxFiles}";
        }

        if (options.PerUser is < 1 or > MaxPerUser)
        {
            yield return $"--uploads-per-user {options.PerUser} is not between 1 and {MaxPerUser}";
        }

        if (options.TimeToLive < MinTimeToLive || options.TimeToLive > MaxTimeToLive)
        {
            yield return $"--upload-ttl {options.TimeToLive} is not between {MinTimeToLive.TotalMinutes:0} minute and {MaxTimeToLive.TotalDays:0} days";
        }
    }
}
