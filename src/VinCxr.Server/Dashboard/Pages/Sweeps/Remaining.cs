using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Server.Dashboard.Pages.Sweeps;

/// <summary>How long a sweep will go on.</summary>
internal static class Remaining
{
    /// <summary>From the epochs trained since it was submitted, which counts waiting too; trials stopped early count as whole.</summary>
    /// <returns>Null while nothing is known.</returns>
    public static TimeSpan? Of(SweepDetails sweep, DateTimeOffset now)
    {
        if (sweep.Summary.EndedAt is not null || sweep.Summary.State == SweepState.Paused)
        {
            return null;
        }

        (double done, double all) = (0, 0);
        foreach (var trial in sweep.Trials)
        {
            bool hasEnded = trial.State is TrialState.Succeeded or TrialState.Pruned or TrialState.Failed or TrialState.Cancelled;
            all += trial.Epochs;
            done += hasEnded ? trial.Epochs : trial.Epoch;
        }

        return done > 0 ? (now - sweep.Summary.SubmittedAt) * ((all - done) / done) : null;
    }
}
