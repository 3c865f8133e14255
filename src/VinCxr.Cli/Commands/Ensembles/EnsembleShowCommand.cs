using System.CommandLine;
using Spectre.Console;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Commands.Leaderboards;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Leaderboards;

namespace VinCxr.Cli.Commands.Ensembles;

/// <summary><c>vincxr ensemble show</c>.</summary>
internal static class EnsembleShowCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> name = ValueOptions.Argument("ensemble", "Ensemble id, or a sweep for its best one");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("show", "Members and scores of one ensemble") { name, output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            (Leaderboard board, EnsembleRow ensemble) = await plane.EnsembleAsync(parse.GetRequiredValue(name), cancellationToken);
            Renderer.Show(context, output.ValueOf(parse), EnsembleView.Of(ensemble), [ensemble], LeaderboardPrinter.EnsembleColumns, console =>
            {
                TableRenderer.Write(console, [ensemble], LeaderboardPrinter.EnsembleColumns, "");
                console.WriteLine(LeaderboardPrinter.Verdict(board));
            });
            return ExitCode.Done;
        });
    }
}
