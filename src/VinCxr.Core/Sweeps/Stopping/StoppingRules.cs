namespace VinCxr.Core.Sweeps.Stopping;

public static class StoppingRules
{
    /// <exception cref="InvalidInputException">Unknown method.</exception>
    public static IStoppingRule Create(SweepSpec spec) => spec.Stop.Method switch
    {
        "none" => new NeverStop(),
        "median" => new MedianRule(spec.Stop),
        "asha" => new SuccessiveHalvingRule(spec.Stop),
        "hyperband" => new HyperbandRule(spec.Stop, spec.Settings.Train.Epochs),
        "fold_race" => new FoldRaceRule(spec.Stop),
        _ => throw new InvalidInputException($"stop.method: '{spec.Stop.Method}' is not one of none, median, asha, hyperband, fold_race"),
    };
}

internal sealed class NeverStop : IStoppingRule
{
    public StopDecision Decide(TrialCurve trial, IReadOnlyList<TrialCurve> all) => new(false, "no stopping rule");
}
