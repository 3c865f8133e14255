namespace VinCxr.Core.Sweeps.Stopping;

/// <summary>Best scores of all trials that reached an epoch within a group, ascending.</summary>
/// <typeparam name="TGroup">Trials that compete with each other.</typeparam>
internal sealed class ReachedScores<TGroup>
    where TGroup : notnull
{
    private readonly Dictionary<(TGroup Group, int Epoch), List<double>> _scores = [];

    public IReadOnlyList<double> At(TGroup group, int epoch) => _scores.GetValueOrDefault((group, epoch)) ?? [];

    /// <param name="epochsOf">The epochs at which a curve is compared, of those that it has reached.</param>
    public void Replace(TGroup group, TrialCurve? before, TrialCurve after, Func<TrialCurve, IEnumerable<int>> epochsOf)
    {
        Dictionary<int, double> old = before is null ? [] : Bests(before, epochsOf(before));
        Dictionary<int, double> next = Bests(after, epochsOf(after));
        foreach ((int epoch, double score) in old)
        {
            if (!next.TryGetValue(epoch, out double same) || same != score)
            {
                List<double> scores = _scores[(group, epoch)];
                scores.RemoveAt(scores.BinarySearch(score));
            }
        }

        foreach ((int epoch, double score) in next)
        {
            if (!old.TryGetValue(epoch, out double same) || same != score)
            {
                List<double> scores = _scores.TryGetValue((group, epoch), out List<double>? known) ? known : _scores[(group, epoch)] = [];
                int at = scores.BinarySearch(score);
                scores.Insert(at < 0 ? ~at : at, score);
            }
        }
    }

    /// <summary>As <see cref="TrialCurve.BestUpTo"/> for ascending epochs, in one pass.</summary>
    private static Dictionary<int, double> Bests(TrialCurve curve, IEnumerable<int> epochs)
    {
        Dictionary<int, double> bests = [];
        double? best = null;
        int next = 0;
        foreach (int epoch in epochs)
        {
            for (; next < curve.Points.Count && curve.Points[next].Epoch <= epoch; next++)
            {
                best = best is { } known && known >= curve.Points[next].Score ? known : curve.Points[next].Score;
            }

            if (best is { } reached)
            {
                bests[epoch] = reached;
            }
        }

        return bests;
    }
}

internal sealed class MedianStandings(StopSpec stop) : IStandings
{
    private readonly ReachedScores<int> _reached = new();

    public void Replace(TrialCurve? before, TrialCurve after) => _reached.Replace(
        after.Fold, before, after, curve => Enumerable.Range(stop.GraceEpochs, Math.Max(0, curve.LastEpoch - stop.GraceEpochs + 1)));

    public StopDecision Decide(TrialCurve trial)
    {
        int epoch = trial.LastEpoch;
        return epoch >= stop.GraceEpochs && trial.BestUpTo(epoch) is { } own
            ? MedianRule.Judge(trial, epoch, own, _reached.At(trial.Fold, epoch))
            : MedianRule.TooEarly(epoch, stop.GraceEpochs);
    }
}

/// <summary>Successive halving alone has one bracket that starts at the grace.</summary>
internal sealed class RungStandings(SweepSpec spec) : IStandings
{
    private readonly StopSpec _stop = spec.Stop;
    private readonly HyperbandRule? _hyperband = spec.Stop.Method == "hyperband" ? new HyperbandRule(spec.Stop, spec.Settings.Train.Epochs) : null;
    private readonly ReachedScores<(int Fold, int Bracket)> _reached = new();

    public void Replace(TrialCurve? before, TrialCurve after) =>
        _reached.Replace((after.Fold, BracketOf(after)), before, after, RungsOf);

    public StopDecision Decide(TrialCurve trial)
    {
        int bracket = BracketOf(trial), first = FirstRung(bracket);
        var decision = SuccessiveHalvingRule.RungAt(trial.LastEpoch, first, _stop.Divisor) is { } rung && trial.BestUpTo(rung) is { } own
            ? SuccessiveHalvingRule.Judge(rung, own, _reached.At((trial.Fold, bracket), rung), _stop.Divisor)
            : SuccessiveHalvingRule.TooEarly(trial.LastEpoch, first);
        return _hyperband is null ? decision : HyperbandRule.InBracket(bracket, decision);
    }

    private IEnumerable<int> RungsOf(TrialCurve curve)
    {
        for (long rung = FirstRung(BracketOf(curve)); rung <= curve.LastEpoch; rung *= _stop.Divisor)
        {
            yield return (int)rung;
        }
    }

    private int BracketOf(TrialCurve curve) => _hyperband?.BracketOf(curve.VariantId) ?? 0;

    private int FirstRung(int bracket) => _hyperband?.FirstRung(bracket) ?? _stop.GraceEpochs;
}

internal sealed class FoldStandings(StopSpec stop) : IStandings
{
    private readonly Dictionary<string, SortedDictionary<int, double>> _finished = [];

    public void Replace(TrialCurve? before, TrialCurve after)
    {
        if (after is { Finished: true, Points.Count: > 0 })
        {
            var folds = _finished.TryGetValue(after.VariantId, out var known) ? known : _finished[after.VariantId] = [];
            folds[after.Fold] = after.Points[^1].Score;
        }
        else if (before?.Finished == true && _finished.TryGetValue(after.VariantId, out var known) && known.Remove(after.Fold) && known.Count == 0)
        {
            _finished.Remove(after.VariantId);
        }
    }

    public StopDecision Decide(TrialCurve trial) => FoldRaceRule.Judge(trial, _finished, stop.GraceEpochs);
}
