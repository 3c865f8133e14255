using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;

namespace VinCxr.Core.Ensembling;

/// <summary>A candidate member: one variant's out-of-fold predictions over all folds.</summary>
public sealed record EnsembleCandidate(string VariantId, IReadOnlyList<Prediction> Predictions);

/// <param name="Members">Variant ids in the order chosen; a repeated id weighs more.</param>
/// <param name="Map40">mAP@0.4 of the fused out-of-fold predictions (the selection saw these).</param>
/// <param name="NestedMap40">mean mAP@0.4 on folds held out of the selection: select on the other folds, score on this one; null with fewer than 2 folds.</param>
public sealed record EnsembleResult(IReadOnlyList<string> Members, double Map40, double? NestedMap40, IReadOnlyList<Prediction> Fused);

/// <summary>Greedy forward selection with replacement (Caruana et al. 2004) of variants whose predictions are fused.</summary>
public static class GreedyEnsemble
{
    /// <param name="foldOfImage">Fold of each image, for the nested estimate.</param>
    /// <param name="maxMembers">Members counted with repetition; selection stops earlier when no addition improves the score.</param>
    public static EnsembleResult Select(
        IReadOnlyList<EnsembleCandidate> candidates, IReadOnlyList<GroundTruth> truths, ClassList classes,
        IReadOnlyDictionary<string, int> foldOfImage, FusionOptions fusion, int maxMembers) =>
        throw new NotImplementedException();
}
