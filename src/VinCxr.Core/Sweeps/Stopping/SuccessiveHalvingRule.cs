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
        int epoch = trial.LastEpoch;
        long rung = firstRung;
        while (rung * divisor <= epoch)
        {
            rung *= divisor;
        }

        if (rung > epoch || trial.BestUpTo((int)rung) is not { } own)
        {
            return new StopDecision(false, $"epoch {epoch} is before the first rung at {firstRung}");
        }

        double[] scores = [.. peers
            .Where(t => t.TrialId != trial.TrialId && t.LastEpoch >= rung)
            .Select(t => t.BestUpTo((int)rung))
            .OfType<double>()
            .Append(own)
            .OrderDescending()];
        if (scores.Length < divisor)
        {
            return new StopDecision(false, $"rung {rung}: {scores.Length} trials so far, {divisor} are needed");
        }

        double cut = scores[(scores.Length / divisor) - 1];
        return new StopDecision(own < cut, $"rung {rung}: {own:F4} against {cut:F4}, the best 1/{divisor} of {scores.Length}");
    }
}
