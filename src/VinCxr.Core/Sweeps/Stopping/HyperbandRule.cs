namespace VinCxr.Core.Sweeps.Stopping;

/// <summary>
/// Hyperband (Li et al., JMLR 18, 2018) over successive halving: variants are dealt to brackets whose first rung comes later and later,
/// so that slow starters have a bracket in which they survive.
/// </summary>
internal sealed class HyperbandRule(StopSpec stop, int epochs) : IStoppingRule
{
    public StopDecision Decide(TrialCurve trial, IReadOnlyList<TrialCurve> all)
    {
        int brackets = Brackets();
        int bracket = BracketOf(trial.VariantId, brackets);
        int firstRung = stop.GraceEpochs * (int)Math.Pow(stop.Divisor, bracket);
        StopDecision decision = SuccessiveHalvingRule.Decide(
            trial,
            [.. all.Where(t => t.Fold == trial.Fold && BracketOf(t.VariantId, brackets) == bracket)],
            firstRung,
            stop.Divisor);
        return decision with { Reason = $"bracket {bracket}: {decision.Reason}" };
    }

    private int Brackets()
    {
        int brackets = 1;
        for (long rung = (long)stop.GraceEpochs * stop.Divisor; rung < epochs; rung *= stop.Divisor)
        {
            brackets++;
        }

        return brackets;
    }

    // Variants are numbered v0, v1, ...: dealing by number keeps the brackets even and the same after a restart.
    private static int BracketOf(string variantId, int brackets) => int.TryParse(variantId.AsSpan(1), out int number) ? number % brackets : 0;
}
