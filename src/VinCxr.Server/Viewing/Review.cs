using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Core.Consensus;
using VinCxr.Core.Detection;

namespace VinCxr.Server.Viewing;

/// <summary>Predictions on some images of a data set against its truth, image by image.</summary>
internal sealed class Review
{
    private static readonly MapOptions Options = new(IncludeNoFinding: false);

    private readonly ViewedDataset _dataset;
    private readonly string _name;
    private readonly Dictionary<string, ImageReview> _images;

    /// <param name="name">What predicted, for messages.</param>
    /// <param name="images">Ids of the images that were predicted on, whether or not anything was found there.</param>
    public Review(ViewedDataset dataset, string name, IReadOnlySet<string> images, IReadOnlyList<Prediction> predictions)
    {
        (_dataset, _name) = (dataset, name);
        var classes = dataset.Dataset.Classes;
        GroundTruth[] truths = [.. RaterConsensus.ToGroundTruth(dataset.Dataset.Images.Where(i => images.Contains(i.ImageId)), classes).Where(t => t.ClassId != classes.NoFindingId)];
        var outcomes = DetectionOutcomes.Of(truths, predictions, classes, Options);
        var detectionsOf = outcomes.Detections.ToLookup(d => predictions[d.Item].ImageId, StringComparer.Ordinal);
        var truthsOf = outcomes.Truths.ToLookup(t => truths[t.Item].ImageId, StringComparer.Ordinal);
        var normalOf = predictions.Where(p => p.ClassId == classes.NoFindingId).GroupBy(p => p.ImageId, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Max(p => p.Confidence), StringComparer.Ordinal);

        _images = images.ToDictionary(
            id => id,
            id => ReviewOf(id, [.. detectionsOf[id]], [.. truthsOf[id]], truths, predictions, normalOf.TryGetValue(id, out double normal) ? normal : null),
            StringComparer.Ordinal);
        Entries = [.. dataset.Entries.Where(e => images.Contains(e.Id)).Select(e => EntryOf(e, _images[e.Id]))];
    }

    public ViewedDataset Dataset => _dataset;

    /// <summary>The images, ascending ids.</summary>
    public IReadOnlyList<ReviewedImage> Entries { get; }

    /// <exception cref="NotFoundException">It was not predicted on.</exception>
    public ImageReview Image(string id) => _images.TryGetValue(id, out var image)
        ? image
        : throw new NotFoundException($"{_name} has no predictions on image '{_dataset.Image(id).ImageId}': it is none of the {_images.Count} images held out of its training");

    private static ImageReview ReviewOf(
        string id, DetectionOutcome[] detections, TruthOutcome[] found, GroundTruth[] truths, IReadOnlyList<Prediction> predictions, double? noFinding)
    {
        var places = found.Select((t, place) => (t.Item, place)).ToDictionary(t => t.Item, t => t.place);
        return new ImageReview(
            id,
            [
                .. detections.OrderByDescending(d => predictions[d.Item].Confidence).Select(d => (Prediction: predictions[d.Item], d.Truth))
                    .Select(d => new ReviewedDetection(d.Prediction.ClassId, d.Prediction.Confidence, ViewedDataset.Of(d.Prediction.Box), d.Truth is { } item ? places[item] : null)),
            ],
            [.. found.Select(t => new ReviewedTruth(truths[t.Item].ClassId, ViewedDataset.Of(truths[t.Item].Box), t.FoundAt))],
            noFinding);
    }

    private static ReviewedImage EntryOf(ImageEntry entry, ImageReview review)
    {
        double? highestFalse = review.Detections.FirstOrDefault(d => d.Truth is null)?.Confidence;
        double? allFoundUpTo = review.Truths.Count == 0 ? 1 : review.Truths.Any(t => t.FoundAt is null) ? null : review.Truths.Min(t => t.FoundAt);
        return new ReviewedImage(entry.Id, entry.Columns, entry.Rows, entry.IsNormal, entry.Classes, highestFalse, allFoundUpTo);
    }
}
