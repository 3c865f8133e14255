namespace VinCxr.Core.Sweeps.Stopping;

/// <summary>
/// Median stopping (Golovin et al., "Google Vizier", KDD 2017, section 3.2): a trial stops when its best score so far is below the
/// median of what the other trials of its fold had reached by the same epoch.
/// </summary>
internal sealed class MedianRule(StopSpec stop) : IStoppingRule
{
    /// <summary>Fewer peers than this say too little.</summary>
    public const int MinPeers = 3;

    public StopDecision Decide(TrialCurve trial, IReadOnlyList<TrialCurve> all)
    {
        int epoch = trial.LastEpoch;
        if (trial.BestUpTo(epoch) is not { } own || epoch < stop.GraceEpochs)
        {
            return new StopDecision(false, $"epoch {epoch} is within the grace of {stop.GraceEpochs}");
        }

        double[] peers = [.. all
            .Where(t => t.TrialId != trial.TrialId && t.Fold == trial.Fold && t.LastEpoch >= epoch)
            .Select(t => t.BestUpTo(epoch))
            .OfType<double>()
            .Order()];
        if (peers.Length < MinPeers)
        {
            return new StopDecision(false, $"{peers.Length} peers reached epoch {epoch}, {MinPeers} are needed");
        }

        double median = (peers[(peers.Length - 1) / 2] + peers[peers.Length / 2]) / 2;
        return new StopDecision(own < median, $"epoch {epoch}: best {own:F4} against median {median:F4} of {peers.Length} peers on fold {trial.Fold}");
    }
}
