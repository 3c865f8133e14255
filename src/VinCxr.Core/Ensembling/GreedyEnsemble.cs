using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;

namespace VinCxr.Core.Ensembling;

/// <summary>A candidate member: one variant's out-of-fold predictions over all folds.</summary>
public sealed record EnsembleCandidate(string VariantId, IReadOnlyList<Prediction> Predictions);

/// <param name="Members">Variant ids in the order chosen; a repeated id weighs more.</param>
/// <param name="Map40">
/// Mean over folds of the mAP@0.4 of the fused out-of-fold predictions, as for a variant (the selection saw these, so it flatters).
/// </param>
/// <param name="NestedMap40">
/// Mean mAP@0.4 on folds held out of the selection: select on the other folds, score on this one; null with fewer than 2 folds.
/// </param>
/// <param name="Fused">The members' predictions, fused over all images by <see cref="GreedyEnsemble.Fuse"/>.</param>
public sealed record EnsembleResult(IReadOnlyList<string> Members, double Map40, double? NestedMap40, IReadOnlyList<Prediction> Fused);

/// <summary>
/// Greedy forward selection with replacement (Caruana et al. 2004) of variants whose predictions are fused: start with the best variant, then add
/// whichever one raises the score most, as long as one does. Of equal additions the first candidate is taken.
/// </summary>
public static class GreedyEnsemble
{
    /// <summary>Rounding of fused confidences may reorder ties; a gain of that size is none.</summary>
    private const double MinimumGain = 1e-9;

    /// <param name="candidates">At least one, distinct ids, all with predictions for the same folds.</param>
    /// <param name="truths">Ground truth; only images with a fold count.</param>
    /// <param name="foldOfImage">Fold of each image that is scored.</param>
    /// <param name="fusion">How members are fused; its weights are set here from how often a member was chosen.</param>
    /// <param name="maxMembers">Members counted with repetition, at least 1; selection stops earlier when no addition improves the score.</param>
    /// <exception cref="InvalidInputException">No candidates, a repeated id, no member allowed, or fusion options that are out of range or hold weights.</exception>
    public static EnsembleResult Select(
        IReadOnlyList<EnsembleCandidate> candidates, IReadOnlyList<GroundTruth> truths, ClassList classes,
        IReadOnlyDictionary<string, int> foldOfImage, FusionOptions fusion, int maxMembers)
    {
        Validate(candidates, fusion, maxMembers);
        var scorer = new EnsembleScorer(candidates, truths, classes, foldOfImage, fusion);
        int[] allFolds = [.. Enumerable.Range(0, scorer.Folds)];
        List<int> chosen = Choose(scorer, candidates.Count, allFolds, maxMembers);
        double? nested = scorer.Folds < 2
            ? null
            : allFolds.Average(held => scorer.Score(Choose(scorer, candidates.Count, [.. allFolds.Where(f => f != held)], maxMembers), [held]));

        string[] members = [.. chosen.Select(c => candidates[c].VariantId)];
        var predictions = candidates.ToDictionary(c => c.VariantId, c => c.Predictions);
        return new(members, scorer.Score(chosen, allFolds), nested, Fuse(members, predictions, fusion, classes));
    }

    /// <summary>
    /// Fuses the predictions of an ensemble's members, on any images: each distinct member is one source that weighs as often as it is listed.
    /// A single distinct member is passed on as it is. <i>No finding</i> is averaged.
    /// </summary>
    /// <param name="members">Variant ids, repeated ids weigh more.</param>
    /// <param name="predictions">Predictions of each variant; may hold more variants than the members.</param>
    /// <exception cref="NotFoundException">A member has no predictions.</exception>
    /// <exception cref="InvalidInputException">No members, or fusion options that are out of range.</exception>
    public static IReadOnlyList<Prediction> Fuse(
        IReadOnlyList<string> members, IReadOnlyDictionary<string, IReadOnlyList<Prediction>> predictions, FusionOptions fusion, ClassList classes)
    {
        if (members.Count == 0)
        {
            throw new InvalidInputException("an ensemble without members has no predictions: name at least one variant");
        }

        (string Id, int Count)[] distinct = [.. members.CountBy(id => id).Select(m => (m.Key, m.Value))];
        IReadOnlyList<Prediction>[] sources =
        [
            .. distinct.Select(m => predictions.TryGetValue(m.Id, out IReadOnlyList<Prediction>? found)
                ? found
                : throw new NotFoundException($"ensemble member '{m.Id}' has no predictions")),
        ];
        return sources.Length == 1
            ? sources[0]
            : BoxFusion.Fuse(sources, fusion with { Weights = [.. distinct.Select(m => (double)m.Count)] }, classes.NoFindingId);
    }

    private static List<int> Choose(EnsembleScorer scorer, int candidates, int[] folds, int maxMembers)
    {
        List<int> chosen = [];
        double best = double.NegativeInfinity;
        while (chosen.Count < maxMembers)
        {
            var (score, addition) = Enumerable.Range(0, candidates)
                .Select(c => (Score: scorer.Score([.. chosen, c], folds), Addition: c))
                .MaxBy(t => t.Score);
            if (score <= best + MinimumGain)
            {
                break;
            }

            chosen.Add(addition);
            best = score;
        }

        return chosen;
    }

    private static void Validate(IReadOnlyList<EnsembleCandidate> candidates, FusionOptions fusion, int maxMembers)
    {
        List<string> errors = [];
        if (candidates.Count == 0)
        {
            errors.Add("no candidates: give at least one variant with predictions");
        }

        errors.AddRange(candidates.CountBy(c => c.VariantId).Where(c => c.Value > 1).Select(c => $"candidate '{c.Key}' is listed {c.Value} times"));
        if (maxMembers < 1)
        {
            errors.Add($"{maxMembers} members are too few: allow at least 1");
        }

        if (fusion.Weights is not null)
        {
            errors.Add("fusion weights are set by the selection: leave them out");
        }

        if (errors.Count > 0)
        {
            throw new InvalidInputException("ensemble", errors);
        }

        fusion.Validate(candidates.Count);
    }
}
