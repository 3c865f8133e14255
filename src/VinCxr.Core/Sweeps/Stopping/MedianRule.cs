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
            return TooEarly(epoch, stop.GraceEpochs);
        }

        double[] scores = [.. all
            .Where(t => t.TrialId != trial.TrialId && t.Fold == trial.Fold && t.LastEpoch >= epoch)
            .Select(t => t.BestUpTo(epoch))
            .OfType<double>()
            .Append(own)
            .Order()];
        return Judge(trial, epoch, own, scores);
    }

    public static StopDecision TooEarly(int epoch, int grace) => new(false, $"epoch {epoch} is within the grace of {grace}");

    /// <param name="scores">Best scores of all that reached the epoch, this trial's included, ascending.</param>
    public static StopDecision Judge(TrialCurve trial, int epoch, double own, IReadOnlyList<double> scores)
    {
        int peers = scores.Count - 1;
        if (peers < MinPeers)
        {
            return new StopDecision(false, $"{peers} peers reached epoch {epoch}, {MinPeers} are needed");
        }

        int self = 0;
        while (scores[self] != own)
        {
            self++;
        }

        double median = (Peer((peers - 1) / 2) + Peer(peers / 2)) / 2;
        return new StopDecision(own < median, FormattableString.Invariant($"epoch {epoch}: best {own:F4} against median {median:F4} of {peers} peers on fold {trial.Fold}"));

        double Peer(int index) => scores[index < self ? index : index + 1];
    }
}
