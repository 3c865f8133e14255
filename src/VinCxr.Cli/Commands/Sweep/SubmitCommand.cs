using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Commands.Leaderboards;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Sweeps;
using VinCxr.Server.Hosting;

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
        Option<string> store = CommonOptions.Store();
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        if (source is not null)
        {
            command.Add(source);
        }

        command.Add(file);
        foreach (Option option in new Option[] { wait, key, store, output })
        {
            command.Add(option);
        }

        agent.AddTo(command);
        Option<string?> clustering = ClusteringOption.ForCommands();
        command.Add(clustering);
        command.SetAction(async (parse, cancellationToken) =>
        {
            string yaml = await TextFile.ReadAsync(parse.GetRequiredValue(file), "sweep file", cancellationToken);
            SweepSpec spec = SweepFile.ParseOrThrow(yaml);
            bool waits = parse.GetValue(wait);
            await using EmbeddedCluster cluster = await EmbeddedCluster.ConnectAsync(
                parse.GetRequiredValue(store),
                new EmbeddedOptions { Agent = waits ? agent.Of(parse) : null, Clustering = ClusteringOption.Of(parse, clustering) },
                cancellationToken);
            await LeakNote.WriteAsync(context, cluster.Store, spec, cancellationToken);
            string? forkOf = source is null ? null : parse.GetRequiredValue(source);
            SweepSummary sweep = await cluster.Grains.Registry().SubmitAsync(new SubmitSweep(yaml, parse.GetValue(key), Environment.UserName, forkOf));
            if (waits)
            {
                return await FollowAsync(context, cluster, sweep, output.ValueOf(parse), cancellationToken);
            }

            Show(context, output.ValueOf(parse), sweep);
            context.Note(cluster.IsEmbedded
                ? $"recorded; nothing trains until a server runs: vincxr serve --store {parse.GetRequiredValue(store)}"
                : $"follow it: vincxr sweep watch {sweep.Id}");
            return ExitCode.Done;
        });
        return command;
    }

    public static void Show(CliContext context, OutputFormat format, SweepSummary sweep) => Renderer.Show(context, format, sweep, [sweep], SweepListCommand.Columns, console =>
        TableRenderer.WriteFacts(console, [("sweep", $"{sweep.Name} ({sweep.Id})"), ("state", $"{sweep.State}"), ("trials", $"{sweep.Total}")]));

    private static async Task<int> FollowAsync(
        CliContext context, EmbeddedCluster cluster, SweepSummary sweep, OutputFormat format, CancellationToken cancellationToken)
    {
        context.Note($"sweep {sweep.Name} ({sweep.Id})");
        SweepDetails ended = await SweepFollower.FollowAsync(context, cluster.Grains.GetGrain<ISweepGrain>(sweep.Id), cancellationToken);
        LeaderboardPrinter.Print(context, format, await cluster.Grains.LeaderboardAsync(sweep.Id), withEnsembles: true);
        return SweepOutcome.Report(context, ended);
    }
}
