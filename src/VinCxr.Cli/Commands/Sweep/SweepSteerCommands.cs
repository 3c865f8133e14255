using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep pause|resume|stop|cancel</c>.</summary>
internal static class SweepSteerCommands
{
    public static IEnumerable<Command> Create(CliContext context) =>
    [
        Steer(context, SweepVerb.Pause, "Start no new trials until resumed"),
        Steer(context, SweepVerb.Resume, "Undo a pause"),
        Steer(context, SweepVerb.Stop, "Let running trials finish and start no others"),
        Steer(context, SweepVerb.Cancel, "End every trial now"),
    ];

    private static Command Steer(CliContext context, SweepVerb verb, string description)
    {
        Argument<string> sweep = ValueOptions.Argument("sweep", "Sweep, by name or id");
        return new Command(verb.ToString().ToLowerInvariant(), description) { sweep }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            SweepSummary summary = await plane.SteerSweepAsync(parse.GetRequiredValue(sweep), verb, cancellationToken);
            context.Out.WriteLine($"{summary.Name} ({summary.Id}): {summary.State}");
            return ExitCode.Done;
        });
    }
}
