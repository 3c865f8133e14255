namespace VinCxr.Core.Sweeps.Stopping;

/// <summary>
/// Hyperband (Li et al., JMLR 18, 2018) over successive halving: variants are dealt to brackets whose first rung comes later and later,
/// so that slow starters have a bracket in which they survive.
/// </summary>
internal sealed class HyperbandRule(StopSpec stop, int epochs) : IStoppingRule
{
    private readonly int _brackets = Brackets(stop, epochs);

    public StopDecision Decide(TrialCurve trial, IReadOnlyList<TrialCurve> all)
    {
        int bracket = BracketOf(trial.VariantId);
        TrialCurve[] peers = [.. all.Where(t => t.Fold == trial.Fold && BracketOf(t.VariantId) == bracket)];
        return InBracket(bracket, SuccessiveHalvingRule.Decide(trial, peers, FirstRung(bracket), stop.Divisor));
    }

    // Variants are numbered v0, v1, ...: dealing by number keeps the brackets even and the same after a restart.
    public int BracketOf(string variantId) => int.TryParse(variantId.AsSpan(1), out int number) ? number % _brackets : 0;

    public int FirstRung(int bracket) => stop.GraceEpochs * (int)Math.Pow(stop.Divisor, bracket);

    public static StopDecision InBracket(int bracket, StopDecision decision) => decision with { Reason = $"bracket {bracket}: {decision.Reason}" };

    private static int Brackets(StopSpec stop, int epochs)
    {
        int brackets = 1;
        for (long rung = (long)stop.GraceEpochs * stop.Divisor; rung < epochs; rung *= stop.Divisor)
        {
            brackets++;
        }

        return brackets;
    }
}
