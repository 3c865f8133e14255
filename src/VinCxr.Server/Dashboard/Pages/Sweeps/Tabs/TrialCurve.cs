using VinCxr.Contracts.Api;
using VinCxr.Contracts.Trials;

namespace VinCxr.Server.Dashboard.Pages.Sweeps.Tabs;

/// <summary>Metrics of one trial by epoch, read as far as they have come; an epoch trained again replaces what it was.</summary>
internal sealed class TrialCurve
{
    private readonly SortedDictionary<int, Dictionary<string, double>> _epochs = [];
    private long _seen;
    private TrialSummary? _read;

    /// <summary>Reads on unless nothing has changed.</summary>
    public async Task ReadAsync(IControlPlane plane, TrialSummary trial)
    {
        if (trial == _read)
        {
            return;
        }

        while (await plane.GetMetricsAsync(trial.Id, _seen) is { Count: > 0 } points)
        {
            Add(points);
        }

        _read = trial;
    }

    public void Add(IEnumerable<MetricPoint> points)
    {
        foreach (var point in points)
        {
            _seen = point.Sequence;
            if (!_epochs.TryGetValue(point.Epoch, out var values))
            {
                _epochs[point.Epoch] = values = [];
            }

            foreach (var (name, value) in point.Values)
            {
                values[name] = value;
            }
        }
    }

    /// <returns>One finite value per epoch, ascending.</returns>
    public IReadOnlyList<(double X, double Y)> Points(string metric) =>
        [.. _epochs.Where(e => e.Value.TryGetValue(metric, out double value) && double.IsFinite(value)).Select(e => ((double)e.Key, e.Value[metric]))];

    /// <summary>Mean over folds at each epoch that all of them have reached, so that no fold's end makes a step.</summary>
    public static IReadOnlyList<(double X, double Y)> Mean(IReadOnlyList<IReadOnlyList<(double X, double Y)>> folds) =>
        [.. folds.SelectMany(f => f).GroupBy(p => p.X).Where(g => g.Count() == folds.Count).OrderBy(g => g.Key).Select(g => (g.Key, g.Average(p => p.Y)))];
}
