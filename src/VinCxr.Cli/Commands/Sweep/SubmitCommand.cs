using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Commands.Leaderboards;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Sweeps;

namespace VinCxr.Cli.Commands.Sweep;

/// <summary><c>vincxr sweep submit|fork</c>: records a sweep, and with <c>--wait</c> stays until it has ended.</summary>
internal static class SubmitCommand
{
    public static Command Create(CliContext context) => Create(context, new Command("submit", "Record a sweep; it is durable before this returns"), source: null);

    public static Command CreateFork(CliContext context) => Create(
        context,
        new Command("fork", "Record a sweep whose trials go on from checkpoints of another, fold by fold"),
        ValueOptions.Argument("source", "Sweep, by name or id, for its best variant; or a trial id for that trial's variant"));

    private static Command Create(CliContext context, Command command, Argument<string>? source)
    {
        Argument<string> file = ValueOptions.Argument("file", "Sweep file (YAML)");
        Option<bool> wait = ValueOptions.Flag("--wait", "Stay until the sweep has ended, training in this process if no server does; then print the leaderboard");
        Option<string?> key = ValueOptions.Optional("--key", "Idempotency key: the same key gives the same sweep", "KEY");
        var agent = new AgentOptions();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        if (source is not null)
        {
            command.Add(source);
        }

        command.Add(file);
        foreach (Option option in new Option[] { wait, key, output })
        {
            command.Add(option);
        }

        agent.AddTo(command);
        return command.OnConnection(context, ReadAsync, parse => parse.GetValue(wait) ? agent.Of(parse) : null, async (read, connection, parse, cancellationToken) =>
        {
            var (yaml, spec) = read;
            if (connection.Store is { } store)
            {
                await LeakNote.WriteAsync(context, store, spec, cancellationToken);
            }

            string? forkOf = source is null ? null : parse.GetRequiredValue(source);
            SweepSummary sweep = await connection.Plane.SubmitSweepAsync(new SubmitSweep(yaml, parse.GetValue(key), Environment.UserName, forkOf), cancellationToken);
            if (parse.GetValue(wait))
            {
                return await FollowAsync(context, connection.Plane, sweep, output.ValueOf(parse), cancellationToken);
            }

            Show(context, output.ValueOf(parse), sweep);
            context.Note(connection.IsEmbedded
                ? $"recorded; nothing trains until a server runs: vincxr serve --store {connection.Where}"
                : $"follow it: vincxr sweep watch {sweep.Id}");
            return ExitCode.Done;
        });

        async Task<(string Yaml, SweepSpec Spec)> ReadAsync(ParseResult parse, CancellationToken cancellationToken)
        {
            string yaml = await TextFile.ReadAsync(parse.GetRequiredValue(file), "sweep file", cancellationToken);
            return (yaml, SweepFile.ParseOrThrow(yaml));
        }
    }

    public static void Show(CliContext context, OutputFormat format, SweepSummary sweep) => Renderer.Show(context, format, sweep, [sweep], SweepListCommand.Columns, console =>
        TableRenderer.WriteFacts(console, [("sweep", $"{sweep.Name} ({sweep.Id})"), ("state", $"{sweep.State}"), ("trials", $"{sweep.Total}")]));

    private static async Task<int> FollowAsync(
        CliContext context, IControlPlane plane, SweepSummary sweep, OutputFormat format, CancellationToken cancellationToken)
    {
        context.Note($"sweep {sweep.Name} ({sweep.Id})");
        SweepDetails ended = await SweepFollower.FollowAsync(context, plane, sweep.Id, cancellationToken);
        LeaderboardPrinter.Print(context, format, await plane.GetLeaderboardAsync(sweep.Id, cancellationToken), withEnsembles: true);
        return SweepOutcome.Report(context, ended);
    }
}
