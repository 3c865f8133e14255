using VinCxr.Core.Annotations;

namespace VinCxr.Core.Detection;

/// <summary>
/// Which detections of one class are true. Matching never looks beyond one image, so a resampled or reweighted set of images
/// can be scored again from these without matching again.
/// </summary>
/// <param name="Confidence">Confidences from the highest to the lowest.</param>
/// <param name="Image">Image index of each detection, same order.</param>
/// <param name="Item">Place of each detection in the predictions that were given, same order.</param>
/// <param name="Claim">The ground truth that each detection claimed, as a place in <paramref name="TruthImage"/>, or -1 for a false one; same order.</param>
/// <param name="TruthImage">Image index of each ground truth.</param>
/// <param name="TruthItem">Place of each ground truth in those that were given, same order.</param>
internal sealed record ClassMatches(LabelClass Class, double[] Confidence, int[] Image, int[] Item, int[] Claim, int[] TruthImage, int[] TruthItem)
{
    /// <summary>
    /// All-point average precision (PASCAL VOC 2010) when image <c>i</c> occurs <paramref name="imageWeight"/>[i] times; null without ground truth.
    /// </summary>
    public double? AveragePrecision(ReadOnlySpan<int> imageWeight)
    {
        long truths = 0;
        foreach (int image in TruthImage)
        {
            truths += imageWeight[image];
        }

        if (truths == 0)
        {
            return null;
        }

        long detections = 0, hits = 0;
        for (int i = 0; i < Image.Length; i++)
        {
            int weight = imageWeight[Image[i]];
            detections += weight;
            hits += Claim[i] >= 0 ? weight : 0;
        }

        // From the last detection back, the envelope is a running maximum. Only true detections raise recall, and precision is highest
        // right after one, so the others need no look. Copies of a true detection follow each other with rising precision:
        // under the envelope they all stand at the value after the last copy, which is why they can be taken at once.
        double envelope = 0, area = 0;
        for (int i = Image.Length - 1; i >= 0; i--)
        {
            int weight = imageWeight[Image[i]];
            if (Claim[i] >= 0 && weight > 0)
            {
                envelope = Math.Max(envelope, (double)hits / detections);
                area += weight * envelope;
                hits -= weight;
            }

            detections -= weight;
        }

        return area / truths;
    }
}
