using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;

namespace VinCxr.Cli.Commands.Leaderboards;

/// <summary><c>vincxr leaderboard</c>.</summary>
internal static class LeaderboardCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> sweep = ValueOptions.Argument("sweep", "Sweep, by name or id");
        Option<bool> ensembles = ValueOptions.Flag("--ensembles", "Also show the ensembles");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("leaderboard", "Variants of a sweep by out-of-fold mAP@0.4, with intervals and ties") { sweep, ensembles, output }
            .OnPlane(context, async (plane, parse, cancellationToken) =>
            {
                LeaderboardPrinter.Print(
                    context, output.ValueOf(parse), await plane.GetLeaderboardAsync(parse.GetRequiredValue(sweep), cancellationToken), parse.GetValue(ensembles));
                return ExitCode.Done;
            });
    }
}
