using VinCxr.Core.Annotations;
using VinCxr.Data.Annotations;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Cli.Commands.Dataset;

/// <param name="ReadAsync">The DICOM file's bytes.</param>
internal sealed record PreviewFile(string ImageId, Func<CancellationToken, Task<byte[]>> ReadAsync);

/// <summary>Images and their rows, from a folder or from a stored data set.</summary>
internal sealed record PreviewSource(ClassList Classes, ILookup<string, Annotation> Rows, IReadOnlyList<PreviewFile> Files)
{
    public static PreviewSource OfFolder(string folder, string? annotations)
    {
        AnnotationFile rows = annotations is null ? new AnnotationFile(ClassList.VinBigData, [], [], []) : AnnotationCsv.Read(annotations);
        PreviewFile[] files = [.. FolderScan.Of(folder).Files.Select(f => new PreviewFile(f.ImageId, token => File.ReadAllBytesAsync(f.Path, token)))];
        return Of(rows.Classes, rows.Annotations, files);
    }

    public static PreviewSource OfStore(IStore store, DatasetManifest manifest) => Of(
        manifest.Classes,
        manifest.Annotations,
        [.. manifest.Images.Select(image => new PreviewFile(image.ImageId, token => ReadBlobAsync(store, image, token)))]);

    /// <summary>All files in the order of a seeded shuffle, those with boxes first.</summary>
    public IEnumerable<PreviewFile> Shuffled(int seed)
    {
        PreviewFile[] files = [.. Files];
        new Random(seed).Shuffle(files);
        return files.OrderBy(f => Rows[f.ImageId].Any(r => r.Box is not null) ? 0 : 1);
    }

    private static PreviewSource Of(ClassList classes, IEnumerable<Annotation> rows, IReadOnlyList<PreviewFile> files) =>
        new(classes, rows.ToLookup(r => r.ImageId, StringComparer.Ordinal), files);

    private static async Task<byte[]> ReadBlobAsync(IStore store, DatasetImage image, CancellationToken cancellationToken)
    {
        await using Stream content = await store.Blobs.OpenReadAsync(image.BlobId, cancellationToken: cancellationToken);
        var file = new byte[image.Length];
        await content.ReadExactlyAsync(file, cancellationToken);
        return file;
    }
}
