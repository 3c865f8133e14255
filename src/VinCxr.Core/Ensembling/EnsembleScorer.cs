using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Fusion;

namespace VinCxr.Core.Ensembling;

/// <summary>
/// Scores sets of candidates fold by fold and remembers every score: the nested estimate walks nearly the same sets as the selection,
/// and members count by how often they occur, not by their order.
/// </summary>
internal sealed class EnsembleScorer
{
    private readonly IReadOnlyList<EnsembleCandidate> _candidates;
    private readonly ClassList _classes;
    private readonly FusionOptions _fusion;
    private readonly FoldData[] _folds;
    private readonly Dictionary<(string Members, int Fold), double> _scores = [];

    public EnsembleScorer(
        IReadOnlyList<EnsembleCandidate> candidates, IReadOnlyList<GroundTruth> truths, ClassList classes,
        IReadOnlyDictionary<string, int> foldOfImage, FusionOptions fusion)
    {
        (_candidates, _classes, _fusion) = (candidates, classes, fusion);
        ILookup<int?, GroundTruth> truthsOf = truths.ToLookup(t => FoldOf(t.ImageId));
        ILookup<int?, Prediction>[] predictionsOf = [.. candidates.Select(c => c.Predictions.ToLookup(p => FoldOf(p.ImageId)))];
        _folds =
        [
            .. truthsOf.Where(fold => fold.Key is not null).OrderBy(fold => fold.Key).Select(fold => new FoldData(
                [.. fold],
                candidates.Zip(predictionsOf).ToDictionary(c => c.First.VariantId, c => (IReadOnlyList<Prediction>)[.. c.Second[fold.Key]]))),
        ];

        int? FoldOf(string imageId) => foldOfImage.TryGetValue(imageId, out int fold) ? fold : null;
    }

    /// <summary>Folds that hold any truth.</summary>
    public int Folds => _folds.Length;

    /// <summary>Mean mAP@0.4 over <paramref name="folds"/> of the fused members; 0 over no folds.</summary>
    public double Score(IReadOnlyList<int> members, int[] folds) => folds.Select(fold => Score(members, fold)).DefaultIfEmpty().Average();

    private double Score(IReadOnlyList<int> members, int fold)
    {
        // In ascending order, so that the sum behind a fused box is the same whichever way the set came about.
        int[] sorted = [.. members.Order()];
        var key = (string.Join(',', sorted), fold);
        if (!_scores.TryGetValue(key, out double score))
        {
            FoldData data = _folds[fold];
            var fused = GreedyEnsemble.Fuse([.. sorted.Select(m => _candidates[m].VariantId)], data.Predictions, _fusion, _classes);
            score = MeanAveragePrecision.Score(data.Truths, fused, _classes, new());
            _scores.Add(key, score);
        }

        return score;
    }

    private sealed record FoldData(GroundTruth[] Truths, Dictionary<string, IReadOnlyList<Prediction>> Predictions);
}
