using System.Runtime.CompilerServices;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Orchestration.Labels;

namespace VinCxr.Server.Viewing;

/// <summary>A labelled data set with its images and annotations by image id. Made once for each data set that is kept.</summary>
internal sealed class ViewedDataset
{
    private static readonly ConditionalWeakTable<LabelledDataset, ViewedDataset> Made = [];

    private readonly Dictionary<string, DatasetImage> _images;
    private readonly Dictionary<string, LabelledImage> _labels;
    private readonly ILookup<string, Annotation> _annotations;

    private ViewedDataset(LabelledDataset dataset)
    {
        Dataset = dataset;
        _images = dataset.Manifest.Images.ToDictionary(i => i.ImageId, StringComparer.Ordinal);
        _labels = dataset.Images.ToDictionary(i => i.ImageId, StringComparer.Ordinal);
        _annotations = dataset.Manifest.Annotations.ToLookup(a => a.ImageId, StringComparer.Ordinal);
        Entries = [.. dataset.Manifest.Images.Select(EntryOf)];
    }

    public LabelledDataset Dataset { get; }

    /// <summary>All images, ascending ids.</summary>
    public IReadOnlyList<ImageEntry> Entries { get; }

    /// <summary><c>name@sha256:hex</c>.</summary>
    public string Reference => $"{Dataset.Manifest.Name}@sha256:{Dataset.Manifest.Version}";

    public static ViewedDataset Of(LabelledDataset dataset) => Made.GetValue(dataset, d => new ViewedDataset(d));

    /// <exception cref="NotFoundException">The data set has no such image.</exception>
    public DatasetImage Image(string id) => _images.TryGetValue(id, out var image)
        ? image
        : throw new NotFoundException($"data set '{Dataset.Manifest.Name}' has no image '{id}'");

    /// <returns>The consensus on an image, or null when nobody has read it.</returns>
    public LabelledImage? LabelsOf(string id) => _labels.GetValueOrDefault(id);

    public ImageDetails DetailsOf(DatasetImage image)
    {
        var labels = LabelsOf(image.ImageId);
        int? noFinding = Dataset.Classes.NoFindingId;
        RaterBoxes[] raters =
        [
            .. _annotations[image.ImageId].GroupBy(a => a.RaterId).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new RaterBoxes(g.Key, [.. g.Where(a => a.Box is not null && a.ClassId != noFinding).Select(a => new FindingBox(a.ClassId, Of(a.Box!.Value)))])),
        ];
        ConsensusBox[] consensus = [.. (labels?.Boxes ?? []).Select(b => new ConsensusBox(b.ClassId, Of(b.Box), b.Weight))];
        return new ImageDetails(
            image.ImageId, Reference, image.Columns, image.Rows, image.TransferSyntax, image.Photometric, image.BitsStored, image.PixelSha256,
            HeaderOf(image.Facts), raters, consensus, labels?.IsNormal);
    }

    public static Corners Of(Box box) => new(box.XMin, box.YMin, box.XMax, box.YMax);

    private static Dictionary<string, string> HeaderOf(ImageFacts? facts)
    {
        (string Name, string? Text)[] known =
        [
            ("Sex", facts?.Sex), ("Age", facts?.Age), ("Modality", facts?.Modality), ("View", facts?.ViewPosition), ("Manufacturer", facts?.Manufacturer),
            ("Pixel spacing", facts?.PixelSpacing),
        ];
        return known.Where(k => k.Text is not null).ToDictionary(k => k.Name, k => k.Text!);
    }

    private ImageEntry EntryOf(DatasetImage image)
    {
        var labels = LabelsOf(image.ImageId);
        return new ImageEntry(image.ImageId, image.Columns, image.Rows, labels?.IsNormal, [.. (labels?.Boxes ?? []).Select(b => b.ClassId).Distinct().Order()]);
    }
}
