namespace VinCxr.Core.Sweeps.Stopping;

/// <summary>Scores of one trial so far: (epoch, mAP@0.4), ascending epochs.</summary>
/// <param name="Finished">True when the trial trained all its epochs.</param>
public sealed record TrialCurve(string TrialId, string VariantId, int Fold, bool Finished, IReadOnlyList<(int Epoch, double Score)> Points)
{
    /// <summary>Best score at or before an epoch, or null when nothing was reported by then.</summary>
    public double? BestUpTo(int epoch)
    {
        double? best = null;
        foreach ((int at, double score) in Points)
        {
            if (at <= epoch && (best is null || score > best))
            {
                best = score;
            }
        }

        return best;
    }

    /// <summary>Newest reported epoch, 0 before the first.</summary>
    public int LastEpoch => Points.Count == 0 ? 0 : Points[^1].Epoch;
}

/// <param name="Stop">True to prune the trial.</param>
/// <param name="Reason">One line for the decision log, with the numbers it rests on.</param>
/// <param name="Rung">Epoch of the rung that was judged, where the rule has rungs and enough trials have reached it; null otherwise.</param>
public sealed record StopDecision(bool Stop, string Reason, int? Rung = null);

/// <summary>Decides after each reported epoch whether a trial goes on. Pure: the decision follows from its inputs alone.</summary>
public interface IStoppingRule
{
    /// <param name="trial">The trial that just reported.</param>
    /// <param name="all">Every trial of the sweep that has reported, this one included or not.</param>
    StopDecision Decide(TrialCurve trial, IReadOnlyList<TrialCurve> all);
}
