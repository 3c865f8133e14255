namespace VinCxr.Core.Sweeps.Stopping;

/// <summary>
/// Racing over folds (Maron and Moore, "Hoeffding races", NeurIPS 1994; here with paired differences): a variant that is clearly
/// behind the leader on the folds both have finished does not train its remaining folds.
/// </summary>
internal sealed class FoldRaceRule(StopSpec stop) : IStoppingRule
{
    // Two standard errors: about 95 % one-sided certainty for a handful of folds is as much as such few pairs can give.
    private const double StandardErrors = 2;

    public StopDecision Decide(TrialCurve trial, IReadOnlyList<TrialCurve> all) => Judge(
        trial,
        all.Where(t => t.Finished && t.Points.Count > 0)
            .GroupBy(t => t.VariantId)
            .ToDictionary(g => g.Key, g => new SortedDictionary<int, double>(g.ToDictionary(t => t.Fold, t => t.Points[^1].Score))),
        stop.GraceEpochs);

    /// <param name="finished">Variant to its finished folds with their last scores; no variant without a fold.</param>
    public static StopDecision Judge(TrialCurve trial, IReadOnlyDictionary<string, SortedDictionary<int, double>> finished, int grace)
    {
        if (trial.LastEpoch < grace)
        {
            return new StopDecision(false, $"epoch {trial.LastEpoch} is within the grace of {grace}");
        }

        if (!finished.TryGetValue(trial.VariantId, out SortedDictionary<int, double>? own))
        {
            return new StopDecision(false, "no finished fold yet");
        }

        (string leader, SortedDictionary<int, double> best) = Leader(finished);
        double[] differences = [.. own.Where(f => best.ContainsKey(f.Key)).Select(f => f.Value - best[f.Key])];
        if (leader == trial.VariantId || differences.Length < 2)
        {
            return new StopDecision(false, leader == trial.VariantId ? "this variant leads" : $"{differences.Length} folds in common with {leader}, 2 are needed");
        }

        double mean = differences.Average();
        double variance = differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1);
        double upper = mean + (StandardErrors * Math.Sqrt(variance / differences.Length));
        return new StopDecision(upper < 0, FormattableString.Invariant($"difference to {leader} {mean:F4} on {differences.Length} folds, at best {upper:F4}"));
    }

    /// <summary>Of equal means the first by name leads, so that the order of reports does not matter.</summary>
    private static (string Variant, SortedDictionary<int, double> Folds) Leader(IReadOnlyDictionary<string, SortedDictionary<int, double>> finished)
    {
        (string? Variant, SortedDictionary<int, double>? Folds, double Mean) best = (null, null, double.NegativeInfinity);
        foreach ((string variant, SortedDictionary<int, double> folds) in finished)
        {
            double mean = folds.Values.Average();
            if (best.Variant is null || mean > best.Mean || (mean == best.Mean && string.CompareOrdinal(variant, best.Variant) < 0))
            {
                best = (variant, folds, mean);
            }
        }

        return (best.Variant!, best.Folds!);
    }
}
