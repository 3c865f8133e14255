using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Stopping;

namespace VinCxr.Core.Simulation;

/// <summary>State of one trial of a simulated sweep.</summary>
internal sealed class ForecastTrial(int ordinal, Variant variant, SimulatedTrial simulated)
{
    private readonly List<AttemptForecast> _attempts = [];
    private readonly List<(int Epoch, double Score)> _points = [];
    private TrialCurve? _curve;

    public int Ordinal => ordinal;

    public Variant Variant => variant;

    public SimulatedTrial Simulated => simulated;

    public int Fold => simulated.Fold;

    public string Id => $"{variant.Id}-f{simulated.Fold}";

    public ForecastEnd? End { get; set; }

    public string? Reason { get; set; }

    public int Epoch { get; set; }

    /// <summary>Epochs in the newest checkpoint.</summary>
    public int CheckpointEpoch { get; set; }

    public int ErrorsUsed { get; set; }

    public int BatchHalvings { get; set; }

    public double LrFactor { get; set; } = 1;

    public double? Score { get; set; }

    public IReadOnlyList<AttemptForecast> Attempts => _attempts;

    public bool IsRunning { get; private set; }

    public int Place => _attempts[^1].Place;

    public double Started => _attempts[^1].Start;

    public double Seconds => _attempts.Sum(a => a.End - a.Start);

    public AttemptConditions Conditions => new(_attempts.Count, CheckpointEpoch, BatchHalvings, LrFactor);

    public TrialCurve Curve => _curve ??= new TrialCurve(Id, variant.Id, Fold, End == ForecastEnd.Succeeded, [.. _points]);

    public void Begin(int place, double at)
    {
        _attempts.Add(new AttemptForecast(place, at, at));
        IsRunning = true;
    }

    public void Leave(double at)
    {
        _attempts[^1] = _attempts[^1] with { End = at };
        IsRunning = false;
        _curve = null;
    }

    /// <summary>A repeated epoch has the same score.</summary>
    public void Report(int epoch, double score)
    {
        Epoch = epoch;
        if (_points.Count < epoch)
        {
            _points.Add((epoch, score));
            _curve = null;
        }
    }

    public TrialForecast Forecast() => new(variant.Id, Fold, End ?? ForecastEnd.Cancelled, Epoch, simulated.Settings.Train.Epochs, Score, Reason, _attempts);
}
