namespace VinCxr.Core.Sweeps.Stopping;

/// <summary>
/// Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020), stopping form:
/// at epochs grace, grace x divisor, grace x divisor^2, ... a trial goes on only when it is in the best 1/divisor of those that got there.
/// </summary>
internal sealed class SuccessiveHalvingRule(StopSpec stop) : IStoppingRule
{
    public StopDecision Decide(TrialCurve trial, IReadOnlyList<TrialCurve> all) =>
        Decide(trial, [.. all.Where(t => t.Fold == trial.Fold)], stop.GraceEpochs, stop.Divisor);

    /// <param name="peers">Trials that compete with this one.</param>
    /// <param name="firstRung">Epoch of the first rung.</param>
    public static StopDecision Decide(TrialCurve trial, IReadOnlyList<TrialCurve> peers, int firstRung, int divisor)
    {
        if (RungAt(trial.LastEpoch, firstRung, divisor) is not { } rung || trial.BestUpTo(rung) is not { } own)
        {
            return TooEarly(trial.LastEpoch, firstRung);
        }

        double[] scores = [.. peers
            .Where(t => t.TrialId != trial.TrialId && t.LastEpoch >= rung)
            .Select(t => t.BestUpTo(rung))
            .OfType<double>()
            .Append(own)
            .Order()];
        return Judge(rung, own, scores, divisor);
    }

    /// <returns>The highest rung at or before an epoch, or null before the first.</returns>
    public static int? RungAt(int epoch, int firstRung, int divisor)
    {
        long rung = firstRung;
        while (rung * divisor <= epoch)
        {
            rung *= divisor;
        }

        return rung <= epoch ? (int)rung : null;
    }

    public static StopDecision TooEarly(int epoch, int firstRung) => new(false, $"epoch {epoch} is before the first rung at {firstRung}");

    /// <param name="scores">Best scores of all that reached the rung, this trial's included, ascending.</param>
    public static StopDecision Judge(int rung, double own, IReadOnlyList<double> scores, int divisor)
    {
        if (scores.Count < divisor)
        {
            return new StopDecision(false, $"rung {rung}: {scores.Count} trials so far, {divisor} are needed");
        }

        double cut = scores[scores.Count - (scores.Count / divisor)];
        return new StopDecision(own < cut, FormattableString.Invariant($"rung {rung}: {own:F4} against {cut:F4}, the best 1/{divisor} of {scores.Count}"), rung);
    }
}
