using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Consensus;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Formats;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Export;

/// <summary>Writes a data set version as images and labels that other tools read. A run that was stopped is taken up by the next one.</summary>
/// <param name="reader">Null for <see cref="DicomReaders.Default"/>.</param>
public sealed class DatasetExport(IStore store, IDicomReader? reader = null)
{
    /// <param name="folder">Created when missing; empty, or of an earlier run with the same data and settings.</param>
    /// <param name="done">Images finished so far, those of earlier runs included.</param>
    /// <exception cref="InvalidInputException">Settings that do not fit together, a folder that holds something else, or no annotated image.</exception>
    /// <exception cref="StoreException">An image's blob is missing or damaged.</exception>
    /// <exception cref="DicomException">An image cannot be prepared.</exception>
    public async Task<ExportReport> RunAsync(
        DatasetManifest manifest, ExportOptions options, ExportFolds? folds, string folder, IProgress<int>? done = null,
        CancellationToken cancellationToken = default)
    {
        Check(options);
        IExportLayout layout = options.Format switch
        {
            ExportFormat.Yolo => new YoloLayout(),
            ExportFormat.Coco => new CocoLayout(),
            _ => new CsvLayout(),
        };
        bool annotatedOnly = options.Format != ExportFormat.Png || folds is not null;
        Dictionary<string, LabelledImage> labelled = RaterConsensus.Build(
                manifest.Annotations, manifest.Classes, [.. manifest.Images.Select(i => (i.ImageId, i.Columns, i.Rows))], options.Labels)
            .ToDictionary(i => i.ImageId, StringComparer.Ordinal);
        DatasetImage[] images = [.. manifest.Images.Where(i => !annotatedOnly || labelled.ContainsKey(i.ImageId))];
        if (images.Length == 0)
        {
            throw new InvalidInputException($"data set '{manifest.Name}' has no annotated images to export");
        }

        // The raw rows keep their raters only where nothing merges them.
        bool keepsRaters = options is { Format: ExportFormat.Png, Labels.Consensus: "none" };
        ILookup<string, Annotation> rows = manifest.Annotations.ToLookup(a => a.ImageId, StringComparer.Ordinal);
        var settings = new ExportSettings(manifest.Version, ImagePreparation.Version, options.Preprocess, options.JpegQuality);
        using ExportFolder target = await ExportFolder.OpenAsync(folder, settings, cancellationToken).ConfigureAwait(false);
        (ExportedImage[] exported, int written) = await WriteImagesAsync(target, images, options, done, cancellationToken).ConfigureAwait(false);

        int lost = 0;
        var content = new LabelledExport[exported.Length];
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = keepsRaters
                ? Raw(exported[i], rows[exported[i].ImageId], manifest.Classes, ref lost)
                : Fused(exported[i], labelled.GetValueOrDefault(exported[i].ImageId), ref lost);
        }

        IReadOnlyList<string> files = await layout.WriteAsync(
            target, new ExportContent(manifest.Name, manifest.Version, manifest.Classes, options, folds, content), cancellationToken).ConfigureAwait(false);
        return new ExportReport(content.Length, written, content.Sum(c => c.Boxes.Count), lost, files);
    }

    private static void Check(ExportOptions options)
    {
        if (options.JpegQuality is { } quality)
        {
            if (quality is < 1 or > 100)
            {
                throw new InvalidInputException($"JPEG quality {quality} must be in 1..100");
            }

            if (options.Preprocess.Bits != 8)
            {
                throw new InvalidInputException($"JPEG has 8 bits; export {options.Preprocess.Bits} bits as PNG");
            }
        }
    }

    private async Task<(ExportedImage[] Images, int Written)> WriteImagesAsync(
        ExportFolder target, DatasetImage[] images, ExportOptions options, IProgress<int>? done, CancellationToken cancellationToken)
    {
        var exported = new ExportedImage[images.Length];
        var source = new ImageSource(store, reader ?? DicomReaders.Default, options.Preprocess);
        var gate = new Lock();
        int count = 0, written = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, images.Length, parallel, async (i, token) =>
        {
            DatasetImage image = images[i];
            string file = $"images/{image.ImageId}{options.Extension}";
            ExportedImage? finished = target.FindDone(image.ImageId, file);
            if (finished is null)
            {
                Plane plane = await source.PrepareAsync(image, token).ConfigureAwait(false);
                byte[] bytes = options.JpegQuality is { } quality ? PlaneJpeg.Encode(plane, quality) : PlaneCodec.EncodePng(plane);
                await target.PutImageAsync(ExportedImage.Of(image, plane), file, bytes, token).ConfigureAwait(false);
                exported[i] = ExportedImage.Of(image, plane);
            }
            else
            {
                exported[i] = finished;
            }

            lock (gate)
            {
                written += finished is null ? 1 : 0;
                done?.Report(++count);
            }
        }).ConfigureAwait(false);
        return (exported, written);
    }

    private static LabelledExport Fused(ExportedImage image, LabelledImage? labels, ref int lost)
    {
        List<ExportedBox> boxes = [];
        foreach (LabelledBox box in labels?.Boxes ?? [])
        {
            Add(boxes, image, box.ClassId, box.Box, rater: null, ref lost);
        }

        return new(image, boxes, labels is { IsNormal: true } ? [CsvLayout.ConsensusRater] : []);
    }

    private static LabelledExport Raw(ExportedImage image, IEnumerable<Annotation> rows, ClassList classes, ref int lost)
    {
        List<ExportedBox> boxes = [];
        List<string> normal = [];
        foreach (Annotation row in rows)
        {
            if (row.Box is { } box && row.ClassId != classes.NoFindingId)
            {
                Add(boxes, image, row.ClassId, box, row.RaterId, ref lost);
            }
            else
            {
                normal.Add(row.RaterId);
            }
        }

        return new(image, boxes, normal);
    }

    private static void Add(List<ExportedBox> boxes, ExportedImage image, int classId, Core.Detection.Box box, string? rater, ref int lost)
    {
        if (image.Place(box) is { } placed)
        {
            boxes.Add(new(classId, placed, rater));
        }
        else
        {
            lost++;
        }
    }
}
