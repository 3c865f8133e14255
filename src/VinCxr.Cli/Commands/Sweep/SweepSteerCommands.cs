using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Contracts.Sweeps;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep pause|resume|stop|cancel</c>.</summary>
internal static class SweepSteerCommands
{
    public static IEnumerable<Command> Create(CliContext context) =>
    [
        Steer(context, "pause", "Start no new trials until resumed", grain => grain.PauseAsync()),
        Steer(context, "resume", "Undo a pause", grain => grain.ResumeAsync()),
        Steer(context, "stop", "Let running trials finish and start no others", grain => grain.StopAsync()),
        Steer(context, "cancel", "End every trial now", grain => grain.CancelAsync()),
    ];

    private static Command Steer(CliContext context, string verb, string description, Func<ISweepGrain, Task> act)
    {
        Argument<string> sweep = ValueOptions.Argument("sweep", "Sweep, by name or id");
        return new Command(verb, description) { sweep }.OnCluster(async (cluster, parse, _) =>
        {
            ISweepGrain grain = await cluster.Grains.SweepAsync(parse.GetRequiredValue(sweep));
            await act(grain);
            SweepSummary summary = (await grain.GetAsync()).Summary;
            context.Out.WriteLine($"{summary.Name} ({summary.Id}): {summary.State}");
            return ExitCode.Done;
        });
    }
}
