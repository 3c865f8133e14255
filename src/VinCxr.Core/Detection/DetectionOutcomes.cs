using VinCxr.Core.Annotations;

namespace VinCxr.Core.Detection;

/// <param name="Item">Place in the predictions that were given.</param>
/// <param name="Truth">Place of the claimed ground truth in those that were given, or null for a false detection.</param>
public readonly record struct DetectionOutcome(int Item, int? Truth);

/// <param name="Item">Place in the ground truths that were given.</param>
/// <param name="FoundAt">Confidence of the detection that claimed it, or null when none did.</param>
public readonly record struct TruthOutcome(int Item, double? FoundAt);

/// <summary>
/// What became of every detection and every true box, by the matching that the score rests on. A detection's fate depends on more confident ones only,
/// so at a confidence threshold t those at or above t keep theirs, and the true boxes found at t or above are the ones found.
/// </summary>
/// <param name="Detections">Class by class in ascending id order, from the highest confidence down.</param>
/// <param name="Truths">Class by class in ascending id order, in the order given.</param>
public sealed record DetectionOutcomes(IReadOnlyList<DetectionOutcome> Detections, IReadOnlyList<TruthOutcome> Truths)
{
    /// <param name="options">Without <see cref="MapOptions.IncludeNoFinding"/>, detections and truths of that class are left out.</param>
    /// <exception cref="InvalidInputException">A confidence is NaN, or the threshold is out of range.</exception>
    public static DetectionOutcomes Of(IReadOnlyList<GroundTruth> truths, IReadOnlyList<Prediction> predictions, ClassList classes, MapOptions options)
    {
        List<DetectionOutcome> detections = [];
        List<TruthOutcome> found = [];
        foreach (ClassMatches matches in DetectionMatcher.Match(truths, predictions, classes, options, new ImageIndex()))
        {
            double?[] foundAt = new double?[matches.TruthItem.Length];
            for (int rank = 0; rank < matches.Claim.Length; rank++)
            {
                int claim = matches.Claim[rank];
                detections.Add(new(matches.Item[rank], claim < 0 ? null : matches.TruthItem[claim]));
                if (claim >= 0)
                {
                    foundAt[claim] = matches.Confidence[rank];
                }
            }

            found.AddRange(matches.TruthItem.Select((item, place) => new TruthOutcome(item, foundAt[place])));
        }

        return new(detections, found);
    }
}
