using System.CommandLine;

namespace VinCxr.Cli.Commands.Trial;

/// <summary><c>vincxr trial</c>: one variant on one fold.</summary>
internal static class TrialCommand
{
    public static Command Create(CliContext context) => new("trial", "Trials: one variant on one fold")
    {
        TrialListCommand.Create(context),
        TrialShowCommand.Create(context),
        TrialLogsCommand.Create(context),
        TrialMetricsCommand.Create(context),
        TrialDownloadCommand.Create(context),
        TrialRetryCommand.Create(context),
    };
}
