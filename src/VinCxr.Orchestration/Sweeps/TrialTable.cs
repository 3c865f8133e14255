using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Sweeps.Search;
using VinCxr.Core.Sweeps.Stopping;
using VinCxr.Orchestration.Trials;

namespace VinCxr.Orchestration.Sweeps;

/// <summary>A sweep's view of its trials: the newest report of each, in planned order.</summary>
internal sealed class TrialTable
{
    private readonly Dictionary<string, (TrialReport Report, string PreparedId)> _trials = [];
    private readonly List<string> _order = [];

    public int Count => _order.Count;

    public IEnumerable<TrialReport> All => _order.Select(id => _trials[id].Report);

    public IEnumerable<TrialReport> Unfinished => All.Where(t => !t.Summary.State.IsEnded());

    public bool AllEnded => All.All(t => t.Summary.State.IsEnded());

    public bool Contains(string trialId) => _trials.ContainsKey(trialId);

    public void Add(TrialReport report, string preparedId)
    {
        _trials.Add(report.Summary.Id, (report, preparedId));
        _order.Add(report.Summary.Id);
    }

    /// <returns>The report that it replaces, or null when the trial is unknown or the report is not newer.</returns>
    public TrialReport? Update(TrialReport report)
    {
        if (!_trials.TryGetValue(report.Summary.Id, out var known) || known.Report.Revision >= report.Revision)
        {
            return null;
        }

        _trials[report.Summary.Id] = (report, known.PreparedId);
        return known.Report;
    }

    public IReadOnlyList<TrialCurve> Curves => [.. All.Select(CurveOf)];

    public static TrialCurve CurveOf(TrialReport trial) => new(
        trial.Summary.Id, trial.Summary.Variant, trial.Summary.Fold, trial.Summary.State == TrialState.Succeeded,
        [.. trial.Curve.Select(p => (p.Epoch, p.Score))]);

    public IReadOnlyList<VariantResult> History(IReadOnlyList<Variant> variants) =>
    [
        .. variants.Select(variant =>
        {
            var trials = All.Where(t => t.Summary.Variant == variant.Id).Select(t => t.Summary).ToArray();
            double[] scores = [.. trials.Where(t => t.State == TrialState.Succeeded && t.Map40 is not null).Select(t => t.Map40!.Value)];
            return new VariantResult(variant, scores.Length > 0 ? scores.Average() : null, trials.Length > 0 && trials.All(t => t.State.IsEnded()));
        }),
    ];

    public TrialResult[] Succeeded() =>
    [
        .. All.Where(t => t is { Summary.State: TrialState.Succeeded, PredictionsBlob: not null })
            .Select(t => new TrialResult(t.Summary.Id, t.Summary.Variant, t.Summary.Fold, t.Summary.Map40 ?? 0, t.Map40Findings ?? 0, t.PredictionsBlob!)),
    ];

    public TrialDemand[] Waiting() =>
    [
        .. _order.Select(id => _trials[id]).Where(t => t.Report.Summary.State == TrialState.Pending)
            .Select(t => new TrialDemand(t.Report.Summary.Id, t.PreparedId, t.Report.LeaseEpoch)),
    ];

    public string[] Leased() => [.. All.Where(t => t.Summary.State is TrialState.Leased or TrialState.Running).Select(t => t.Summary.Id)];

    public string[] PreparedIds() => [.. _trials.Values.Select(t => t.PreparedId).Distinct()];
}
