using VinCxr.Cli.Files;
using VinCxr.Cli.Rendering;
using VinCxr.Data.Datasets;

namespace VinCxr.Cli.Commands.Dataset;

/// <summary>CSV files about single image files: what was quarantined and why, what may identify a person.</summary>
internal static class FileReports
{
    private static readonly Column<QuarantinedImage>[] QuarantineColumns =
    [
        new("file", "File", q => q.File),
        new("reason", "Reason", q => q.Reason),
        new("bytes", "Size", q => q.Bytes),
    ];

    private static readonly Column<(PhiFile File, string Tag)>[] PhiColumns =
    [
        new("file", "File", p => p.File.File),
        new("image_id", "Image", p => p.File.ImageId),
        new("tag", "Tag", p => p.Tag.Split(' ', 2)[0]),
        new("keyword", "Keyword", p => p.Tag.Split(' ', 2)[^1]),
    ];

    public static readonly Column<QuarantineGroup>[] GroupColumns =
    [
        new("files", "Quarantined", g => g.Files, AlignRight: true),
        new("reason", "Reason", g => g.Reason),
        new("example", "For example", g => g.Example),
    ];

    public static Task WriteQuarantineAsync(string path, IReadOnlyList<QuarantinedImage> files, CancellationToken cancellationToken) =>
        AtomicFile.WriteTextAsync(path, text => CsvRenderer.Write(text, files, QuarantineColumns), cancellationToken);

    /// <summary>A row per file and tag, never a value.</summary>
    public static Task WritePhiAsync(string path, IReadOnlyList<PhiFile> files, CancellationToken cancellationToken) =>
        AtomicFile.WriteTextAsync(
            path, text => CsvRenderer.Write(text, files.SelectMany(f => f.Tags.Select(tag => (f, tag))), PhiColumns), cancellationToken);
}
