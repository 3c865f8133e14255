using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;

namespace VinCxr.Cli.Commands.Trial;

/// <summary><c>vincxr trial logs</c>: what all attempts wrote.</summary>
internal static class TrialLogsCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly Column<LogLine>[] Columns =
    [
        new("sequence", "Line", l => l.Sequence),
        new("at", "At", l => l.At),
        new("text", "Text", l => l.Text),
    ];

    public static Command Create(CliContext context)
    {
        Argument<string> trial = ValueOptions.Argument("trial", "Trial id");
        Option<bool> follow = ValueOptions.Flag("--follow", "Stay until the trial has ended");
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("logs", "Log of all attempts") { trial, follow, output }.OnCluster(async (cluster, parse, cancellationToken) =>
        {
            string id = parse.GetRequiredValue(trial);
            await cluster.Grains.TrialAsync(id);
            ITrialGrain grain = cluster.Grains.GetGrain<ITrialGrain>(id);
            if (output.ValueOf(parse) != OutputFormat.Table)
            {
                List<LogLine> lines = await Pages.AllAsync(grain.GetLogAsync, l => l.Sequence);
                Renderer.List(context, output.ValueOf(parse), lines, Columns, "");
                return ExitCode.Done;
            }

            await PrintAsync(context, grain, parse.GetValue(follow), cancellationToken);
            return ExitCode.Done;
        });
    }

    private static async Task PrintAsync(CliContext context, ITrialGrain grain, bool follow, CancellationToken cancellationToken)
    {
        long last = 0;
        while (true)
        {
            bool ended = (await grain.GetAsync()).Summary.State is not (TrialState.Pending or TrialState.Leased or TrialState.Running);
            foreach (LogLine line in await Pages.AllAsync(grain.GetLogAsync, l => l.Sequence, last))
            {
                last = line.Sequence;
                context.Out.WriteLine($"{Text.Of(line.At)}  {line.Text}");
            }

            if (ended || !follow)
            {
                return;
            }

            await Task.Delay(Interval, context.Clock, cancellationToken);
        }
    }
}
