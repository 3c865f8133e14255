using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Orchestration.Trials;

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
        Option<bool> follow = new("--follow", "-f") { Description = "Stay until the trial has ended" };
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        return new Command("logs", "Log of all attempts") { trial, follow, output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            string id = parse.GetRequiredValue(trial);
            if (output.ValueOf(parse) != OutputFormat.Table)
            {
                List<LogLine> lines = await Pages.AllAsync(after => plane.GetTrialLogAsync(id, after, cancellationToken), l => l.Sequence);
                Renderer.List(context, output.ValueOf(parse), lines, Columns, "");
                return ExitCode.Done;
            }

            await PrintAsync(context, plane, id, parse.GetValue(follow), cancellationToken);
            return ExitCode.Done;
        });
    }

    private static async Task PrintAsync(CliContext context, IControlPlane plane, string trial, bool follow, CancellationToken cancellationToken)
    {
        long last = 0;
        while (true)
        {
            bool ended = (await plane.GetTrialAsync(trial, cancellationToken)).Summary.State.IsEnded();
            foreach (LogLine line in await Pages.AllAsync(after => plane.GetTrialLogAsync(trial, after, cancellationToken), l => l.Sequence, last))
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
