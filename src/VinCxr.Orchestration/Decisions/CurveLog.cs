using Orleans.Storage;
using VinCxr.Core.Sweeps.Stopping;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Decisions;

/// <summary>
/// Interim scores in the order in which a sweep with a stopping rule learned them: what its prunes and promotions were decided from. The sweep alone writes it.
/// </summary>
internal sealed class CurveLog(ILogStore logs, string sweepId)
{
    private readonly FencedLog _log = new(logs, $"sweep-curves-{sweepId}");

    /// <exception cref="InconsistentStateException">The log holds what was not read.</exception>
    public Task AppendAsync(IReadOnlyList<CurveChange> changes) => _log.AppendAsync([.. changes.Select(StateJson.Write)]);

    public async IAsyncEnumerable<CurveChange> ReadAsync()
    {
        await foreach (var entry in logs.ReadAsync(_log.Name))
        {
            _log.Saw(entry.Sequence);
            yield return StateJson.Read<CurveChange>(entry.Text);
        }
    }
}

/// <summary>One report's difference to the curve before it.</summary>
/// <param name="Trial">Place of the trial in the sweep's order.</param>
/// <param name="Keep">Leading points that stay.</param>
/// <param name="Finished">True when the trial trained all its epochs.</param>
/// <param name="Running">True when it ran, so that the stopping rule was asked.</param>
internal sealed record CurveChange(int Trial, int Keep, IReadOnlyList<int> Epochs, IReadOnlyList<double> Scores, bool Finished, bool Running)
{
    public static CurveChange Between(int trial, TrialCurve? before, TrialCurve after, bool running)
    {
        int keep = before is null ? 0 : before.Points.Zip(after.Points).TakeWhile(p => p.First == p.Second).Count();
        return new CurveChange(
            trial, keep, [.. after.Points.Skip(keep).Select(p => p.Epoch)], [.. after.Points.Skip(keep).Select(p => p.Score)], after.Finished, running);
    }

    /// <param name="before">The trial's curve, empty before its first report.</param>
    public TrialCurve ApplyTo(TrialCurve before) => before with { Finished = Finished, Points = [.. before.Points.Take(Keep), .. Epochs.Zip(Scores)] };
}
