using VinCxr.Core.Detection;

namespace VinCxr.Cli.Commands.Ensembles;

/// <summary>
/// The normal/abnormal gate of the VinBigData competition. With p the probability that an image is abnormal (one minus the confidence of its
/// <i>No finding</i> prediction): below <paramref name="Low"/> the image is called normal and its boxes go; between the two thresholds boxes and
/// <i>No finding</i> both stay; from <paramref name="High"/> on only the boxes stay.
/// </summary>
internal sealed record NormalGate(double Low, double High)
{
    public IReadOnlyList<Prediction> Apply(IReadOnlyList<Prediction> predictions, int noFindingId) =>
        [.. predictions.GroupBy(p => p.ImageId).SelectMany(image => Gate(image.Key, [.. image], noFindingId))];

    private IEnumerable<Prediction> Gate(string imageId, Prediction[] predictions, int noFindingId)
    {
        Prediction[] normal = [.. predictions.Where(p => p.ClassId == noFindingId)];
        if (normal.Length == 0)
        {
            return predictions;
        }

        double abnormal = 1 - normal.Max(p => p.Confidence);
        if (abnormal < Low)
        {
            return [new Prediction(imageId, noFindingId, 1, Box.NoFinding)];
        }

        return abnormal < High ? predictions : predictions.Where(p => p.ClassId != noFindingId);
    }
}
