using System.Text.Json;
using System.Text.Json.Serialization;

namespace VinCxr.Data.Export;

/// <summary>
/// <c>annotations/instances.json</c>, or with folds <c>instances_train.json</c> and <c>instances_val.json</c>: image and annotation ids from 1, the same
/// in every file of an export; category ids are the data set's class ids; boxes <c>[x, y, width, height]</c> in pixels. <i>No finding</i> is no category:
/// a normal image has no annotations.
/// </summary>
internal sealed class CocoLayout : IExportLayout
{
    private static readonly JsonSerializerOptions Json = new(DataJson.Options)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        IgnoreReadOnlyProperties = false,
    };

    public async Task<IReadOnlyList<string>> WriteAsync(ExportFolder folder, ExportContent content, CancellationToken cancellationToken)
    {
        (LabelledExport Source, CocoImage Image, CocoAnnotation[] Annotations)[] images = Number(content);
        CocoCategory[] categories = [.. content.Classes.Findings.Select(c => new CocoCategory(c.Id, c.Name, "finding"))];
        List<string> files = [];
        if (content.Folds is not { } folds)
        {
            await PutAsync("annotations/instances.json", images).ConfigureAwait(false);
            return files;
        }

        foreach ((int fold, string suffix) in folds.Splits())
        {
            var held = images.ToLookup(i => folds.FoldOf[i.Source.Image.ImageId] == fold);
            await PutAsync($"annotations/instances_train{suffix}.json", held[false]).ConfigureAwait(false);
            await PutAsync($"annotations/instances_val{suffix}.json", held[true]).ConfigureAwait(false);
        }

        return files;

        async Task PutAsync(string name, IEnumerable<(LabelledExport Source, CocoImage Image, CocoAnnotation[] Annotations)> part)
        {
            files.Add(name);
            var list = part.ToArray();
            var instances = new CocoInstances(
                new($"{content.Dataset}@sha256:{content.Version}", "1.0"),
                [.. list.Select(i => i.Image)], [.. list.SelectMany(i => i.Annotations)], categories);
            await folder.PutTextAsync(name, text => text.Write(JsonSerializer.Serialize(instances, Json)), cancellationToken).ConfigureAwait(false);
        }
    }

    private static (LabelledExport, CocoImage, CocoAnnotation[])[] Number(ExportContent content)
    {
        int imageId = 0, annotationId = 0;
        return
        [
            .. content.Images.Select(i =>
            {
                var image = new CocoImage(++imageId, Path.GetFileName(content.FileOf(i)), i.Image.Width, i.Image.Height);
                CocoAnnotation[] annotations =
                [
                    .. i.Boxes.Select(b => new CocoAnnotation(
                        ++annotationId, image.Id, b.ClassId, [b.Box.XMin, b.Box.YMin, b.Box.Width, b.Box.Height], b.Box.Area, IsCrowd: 0, [])),
                ];
                return (i, image, annotations);
            }),
        ];
    }

    private sealed record CocoInstances(
        CocoInfo Info, IReadOnlyList<CocoImage> Images, IReadOnlyList<CocoAnnotation> Annotations, IReadOnlyList<CocoCategory> Categories);

    private sealed record CocoInfo(string Description, string Version);

    private sealed record CocoImage(int Id, string FileName, int Width, int Height);

    private sealed record CocoAnnotation(
        int Id, int ImageId, int CategoryId, IReadOnlyList<double> Bbox, double Area, [property: JsonPropertyName("iscrowd")] int IsCrowd, IReadOnlyList<double> Segmentation);

    private sealed record CocoCategory(int Id, string Name, string Supercategory);
}
