namespace VinCxr.Core.Sweeps.Stopping;

/// <summary>
/// The curves of a running sweep, arranged so that a stopping rule decides without looking at all of them: the same decisions as
/// <see cref="IStoppingRule"/> of the same spec on all reported curves, in time that hardly grows with their number. Not thread-safe.
/// </summary>
public sealed class StoppingBoard
{
    private readonly Dictionary<string, TrialCurve> _curves = [];
    private readonly IStandings _standings;

    /// <exception cref="InvalidInputException">Unknown method.</exception>
    public StoppingBoard(SweepSpec spec)
    {
        _standings = spec.Stop.Method switch
        {
            "none" => new NoStandings(),
            "median" => new MedianStandings(spec.Stop),
            "asha" or "hyperband" => new RungStandings(spec),
            "fold_race" => new FoldStandings(spec.Stop),
            _ => throw new InvalidInputException($"stop.method: '{spec.Stop.Method}' is not one of none, median, asha, hyperband, fold_race"),
        };
    }

    /// <summary>False when no trial is ever stopped, so that reporting curves is of no use.</summary>
    public bool Decides => _standings is not NoStandings;

    /// <summary>Every reported curve.</summary>
    public IReadOnlyCollection<TrialCurve> Curves => _curves.Values;

    public TrialCurve? Find(string trialId) => _curves.GetValueOrDefault(trialId);

    /// <summary>A trial's whole curve so far; replaces the one reported before.</summary>
    /// <returns>False when nothing is new.</returns>
    public bool Report(TrialCurve curve)
    {
        TrialCurve? before = _curves.GetValueOrDefault(curve.TrialId);
        if (before is null ? curve.Points.Count == 0 : before.Finished == curve.Finished && before.Points.SequenceEqual(curve.Points))
        {
            return false;
        }

        _curves[curve.TrialId] = curve;
        _standings.Replace(before, curve);
        return true;
    }

    /// <summary>Whether a trial goes on, by all that was reported until now.</summary>
    /// <exception cref="KeyNotFoundException">The trial has not reported.</exception>
    public StopDecision Decide(string trialId) => _standings.Decide(_curves[trialId]);

    private sealed class NoStandings : IStandings
    {
        public void Replace(TrialCurve? before, TrialCurve after)
        {
        }

        public StopDecision Decide(TrialCurve trial) => new(false, "no stopping rule");
    }
}

/// <summary>What one stopping rule needs to know of all curves, kept up to date as they change.</summary>
internal interface IStandings
{
    void Replace(TrialCurve? before, TrialCurve after);

    StopDecision Decide(TrialCurve trial);
}
