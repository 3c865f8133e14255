namespace VinCxr.Core.Sweeps.Stopping;

/// <summary>
/// Racing over folds (Maron and Moore, "Hoeffding races", NeurIPS 1994; here with paired differences): a variant that is clearly
/// behind the leader on the folds both have finished does not train its remaining folds.
/// </summary>
internal sealed class FoldRaceRule(StopSpec stop) : IStoppingRule
{
    // Two standard errors: about 95 % one-sided certainty for a handful of folds is as much as such few pairs can give.
    private const double StandardErrors = 2;

    public StopDecision Decide(TrialCurve trial, IReadOnlyList<TrialCurve> all)
    {
        if (trial.LastEpoch < stop.GraceEpochs)
        {
            return new StopDecision(false, $"epoch {trial.LastEpoch} is within the grace of {stop.GraceEpochs}");
        }

        Dictionary<string, Dictionary<int, double>> finished = all
            .Where(t => t.Finished && t.Points.Count > 0)
            .GroupBy(t => t.VariantId)
            .ToDictionary(g => g.Key, g => g.ToDictionary(t => t.Fold, t => t.Points[^1].Score));
        if (!finished.TryGetValue(trial.VariantId, out Dictionary<int, double>? own))
        {
            return new StopDecision(false, "no finished fold yet");
        }

        (string leader, Dictionary<int, double> best) = finished.MaxBy(v => v.Value.Values.Average());
        double[] differences = [.. own.Where(f => best.ContainsKey(f.Key)).Select(f => f.Value - best[f.Key])];
        if (leader == trial.VariantId || differences.Length < 2)
        {
            return new StopDecision(false, leader == trial.VariantId ? "this variant leads" : $"{differences.Length} folds in common with {leader}, 2 are needed");
        }

        double mean = differences.Average();
        double variance = differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1);
        double upper = mean + (StandardErrors * Math.Sqrt(variance / differences.Length));
        return new StopDecision(upper < 0, $"difference to {leader} {mean:F4} on {differences.Length} folds, at best {upper:F4}");
    }
}
