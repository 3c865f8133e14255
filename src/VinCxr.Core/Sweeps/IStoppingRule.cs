namespace VinCxr.Core.Sweeps;

/// <summary>Scores of one trial so far: (epoch, mAP@0.4), ascending epochs.</summary>
public sealed record TrialCurve(string TrialId, string VariantId, int Fold, bool Finished, IReadOnlyList<(int Epoch, double Score)> Points);

/// <param name="Stop">True to prune the trial.</param>
/// <param name="Reason">One line for the decision log, with the numbers it rests on.</param>
public sealed record StopDecision(bool Stop, string Reason);

/// <summary>Decides after each reported epoch whether a trial goes on. Pure: the decision follows from its inputs alone.</summary>
public interface IStoppingRule
{
    StopDecision Decide(TrialCurve trial, IReadOnlyList<TrialCurve> all);
}

public static class StoppingRules
{
    /// <exception cref="InvalidInputException">Unknown method.</exception>
    public static IStoppingRule Create(SweepSpec spec) => throw new NotImplementedException();
}
