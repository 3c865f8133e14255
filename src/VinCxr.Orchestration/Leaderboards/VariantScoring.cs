using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Detection;
using VinCxr.Core.Statistics;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Leaderboards;

/// <summary>Computes and ranks the rows of a leaderboard. No grain calls: runs on the thread pool.</summary>
internal static class VariantScoring
{
    private const int BootstrapSeed = 20;

    public static string FingerprintOf(IEnumerable<TrialResult> trials, int resamples) =>
        StateJson.Hash(new { trials = trials.OrderBy(t => t.Fold).Select(t => t.PredictionsBlob), resamples });

    /// <param name="trials">The variant's succeeded trials, at least one.</param>
    public static async Task<VariantRow> ScoreAsync(OutOfFold data, VariantSummary variant, IReadOnlyList<TrialResult> trials, int resamples)
    {
        var ordered = trials.OrderBy(t => t.Fold).ToArray();
        List<(IReadOnlyList<GroundTruth> Truths, IReadOnlyList<Prediction> Predictions)> folds = [];
        foreach (var trial in ordered)
        {
            folds.Add((data.TruthOf(trial.Fold), await data.ReadAsync(trial.PredictionsBlob)));
        }

        var classes = data.Dataset.Classes;
        var interval = FoldScores.Bootstrap(folds, classes, new MapOptions(), resamples, BootstrapSeed);
        var pooled = MeanAveragePrecision.Evaluate([.. folds.SelectMany(f => f.Truths)], [.. folds.SelectMany(f => f.Predictions)], classes);
        return new VariantRow(
            0, variant.Id, variant.Description, ordered.Average(t => t.Map40), ordered.Average(t => t.Map40Findings), interval.Low, interval.High, false,
            [.. ordered.Select(t => new FoldRow(t.Fold, t.Map40, t.TrialId))],
            [.. pooled.PerClass.Select(c => new ClassRow(c.ClassId, c.ClassName, c.Ap))]);
    }

    /// <summary>Best first. A variant with fewer finished folds comes after those with more: its mean is over other images.</summary>
    public static VariantRow[] Rank(IEnumerable<VariantRow> rows)
    {
        var ordered = rows.OrderByDescending(r => r.Folds.Length).ThenByDescending(r => r.Map40).ThenBy(r => r.Variant, StringComparer.Ordinal).ToArray();
        for (int i = 0; i < ordered.Length; i++)
        {
            bool sharesRank = i > 0 && ordered[i].Folds.Length == ordered[i - 1].Folds.Length && IsTie(ordered[i], ordered[i - 1]);
            ordered[i] = ordered[i] with { Rank = sharesRank ? ordered[i - 1].Rank : i + 1, TiedWithBest = i > 0 && IsTie(ordered[i], ordered[0]) };
        }

        return ordered;
    }

    private static bool IsTie(VariantRow a, VariantRow b) =>
        FoldScores.IsTie(new ScoreInterval(a.Map40, a.Low, a.High), new ScoreInterval(b.Map40, b.Low, b.High));
}
