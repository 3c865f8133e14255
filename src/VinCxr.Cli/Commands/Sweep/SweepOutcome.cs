using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary>How a sweep ended, as an exit code and at most one line on stderr.</summary>
internal static class SweepOutcome
{
    public static bool HasEnded(SweepState state) => state is SweepState.Succeeded or SweepState.Failed or SweepState.Cancelled;

    public static int Report(CliContext context, SweepDetails sweep)
    {
        if (sweep.Summary.State == SweepState.Succeeded)
        {
            return ExitCode.Done;
        }

        TrialSummary? failed = sweep.Trials.FirstOrDefault(t => t.State == TrialState.Failed);
        string reason = sweep.Reason ?? (failed is null ? "" : $"trial {failed.Id}: {failed.Reason}");
        string hint = failed is null ? $"vincxr sweep show {sweep.Summary.Id}" : $"vincxr trial logs {failed.Id}";
        context.Error.WriteLine($"sweep {sweep.Summary.Name} {sweep.Summary.State}: {reason} (see '{hint}')".ReplaceLineEndings(" "));
        return ExitCode.Failed;
    }
}
