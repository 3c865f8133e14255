using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Detection;
using VinCxr.Core.Ensembling;
using VinCxr.Core.Fusion;

namespace VinCxr.Orchestration.Leaderboards;

/// <summary>Greedy ensemble of a sweep's complete variants. No grain calls: runs on the thread pool.</summary>
internal static class EnsembleBuilder
{
    /// <summary>Greedy selection tries every candidate for every place, with all predictions in memory; the best of thousands are enough.</summary>
    public const int MaxCandidates = 32;

    /// <summary>The best variants that have predictions on every fold; others cannot be fused without gaps.</summary>
    public static IReadOnlyList<IGrouping<string, TrialResult>> CandidatesOf(SweepResults results)
    {
        var complete = results.Succeeded.GroupBy(t => t.Variant).Where(g => g.Select(t => t.Fold).Distinct().Count() == results.Folds).ToArray();
        var best = complete.OrderByDescending(g => g.Average(t => t.Map40)).ThenBy(g => g.Key, StringComparer.Ordinal).Take(MaxCandidates).ToHashSet();
        return [.. complete.Where(best.Contains)];
    }

    /// <returns>One row, or none with fewer than two candidates.</returns>
    public static async Task<EnsembleRow[]> BuildAsync(OutOfFold data, EnsembleRequest request)
    {
        var results = request.Results;
        List<EnsembleCandidate> candidates = [];
        foreach (var variant in CandidatesOf(results))
        {
            List<Prediction> predictions = [];
            foreach (var trial in variant)
            {
                predictions.AddRange(await data.ReadAsync(trial.PredictionsBlob));
            }

            candidates.Add(new EnsembleCandidate(variant.Key, predictions));
        }

        if (candidates.Count < 2)
        {
            return [];
        }

        var classes = data.Dataset.Classes;
        var truths = Enumerable.Range(0, results.Folds).Select(data.TruthOf).ToArray();
        var fusion = new FusionOptions(FusionMethods.Find(results.Ensemble.Method), results.Ensemble.Iou);
        var selected = GreedyEnsemble.Select(candidates, [.. truths.SelectMany(t => t)], classes, data.Folds, fusion, results.Ensemble.MaxMembers);

        var byFold = selected.Fused.ToLookup(p => data.Folds[p.ImageId]);
        double mean = truths.Select((truth, fold) => MeanAveragePrecision.Evaluate(truth, [.. byFold[fold]], classes).Map).Average();
        string blob = await data.WriteAsync(
            selected.Fused, new Dictionary<string, string> { ["sweep"] = results.SweepId, ["kind"] = "ensemble-predictions" });
        bool beats = (selected.NestedMap40 ?? mean) > request.BestVariantMap40;
        return [new EnsembleRow($"e0-{results.Ensemble.Method}", results.Ensemble.Method, mean, selected.NestedMap40, [.. selected.Members], beats, blob)];
    }
}
