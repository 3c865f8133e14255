using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Commands.Dataset;
using VinCxr.Cli.Commands.Leaderboards;
using VinCxr.Cli.Commands.Phantom;
using VinCxr.Cli.Commands.Sweep;
using VinCxr.Cli.Files;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Commands.Demo;

/// <summary><c>vincxr demo</c>: the whole path on synthetic images, from DICOM to a leaderboard of trials and ensembles.</summary>
internal static class DemoCommand
{
    public static Command Create(CliContext context)
    {
        var outFolder = new Option<string>("--out")
        {
            Description = "Folder for the store and the results; an earlier demo there is replaced",
            HelpName = "DIR",
            DefaultValueFactory = _ => "vincxr-demo",
        };
        Option<bool> quick = ValueOptions.Flag("--quick", "A minute's worth: every stage runs, little is learned");
        var command = new Command("demo", "Draw phantoms, take them in, train a sweep, fuse: a leaderboard in minutes") { outFolder, quick };
        command.SetAction((parse, cancellationToken) =>
        {
            DemoFolder folder = DemoFolder.Claim(parse.GetRequiredValue(outFolder));
            return RunAsync(context, folder, parse.GetValue(quick) ? DemoPlan.Quick : DemoPlan.Full, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(CliContext context, DemoFolder folder, DemoPlan plan, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        IAnsiConsole console = TableRenderer.Console(context);
        console.MarkupLine($"[bold]VinCxr demo[/] in {Markup.Escape(folder.Path)}");

        Stage(console, 1, $"draw {plan.Phantoms.Count} synthetic chest X-rays as DICOM");
        string images = folder.File("phantoms");
        await PhantomCommand.WriteAsync(context, plan.Phantoms, images, cancellationToken);

        await using EmbeddedCluster cluster = await EmbeddedCluster.ConnectAsync(
            folder.StoreUri, new EmbeddedOptions { Agent = AgentOptions.Cpu, CreateStore = true }, cancellationToken);
        Stage(console, 2, "take them into the store");
        IngestReport ingest = await IngestCommand.RunAsync(
            context, cluster.Store, DemoPlan.Dataset, images, System.IO.Path.Combine(images, "train.csv"), new IngestOptions(), cancellationToken);
        console.WriteLine(
            $"   {ingest.Manifest.Images.Count} images, {ingest.Manifest.Quarantined.Count} quarantined, version {Rendering.Text.ShortHash(ingest.Manifest.Version)}");

        Stage(console, 3, "train every variant on every fold");
        IControlPlane plane = cluster.Plane(context.Clock);
        SweepSummary sweep = await plane.SubmitSweepAsync(new SubmitSweep(plan.Yaml, User: Environment.UserName), cancellationToken);
        SweepDetails ended = await SweepFollower.FollowAsync(context, plane, sweep.Id, cancellationToken);
        if (ended.Summary.State != SweepState.Succeeded)
        {
            return SweepOutcome.Report(context, ended);
        }

        Stage(console, 4, "leaderboard by out-of-fold mAP@0.4");
        Leaderboard board = await plane.GetLeaderboardAsync(sweep.Id, cancellationToken);
        LeaderboardPrinter.Write(console, board, withEnsembles: true);
        await AtomicFile.WriteTextAsync(folder.File("leaderboard.json"), text => JsonRenderer.Write(text, LeaderboardView.Of(board)), cancellationToken);
        await DemoPictures.WriteAsync(cluster, ended, board, folder, cancellationToken);

        console.WriteLine($"done in {Rendering.Text.Duration(Stopwatch.GetElapsedTime(start))}; in {folder.Path}: leaderboard.json, pr-curve.png, contact-sheet.png, store");
        console.WriteLine($"look around: vincxr sweep show {ended.Summary.Name} --store {folder.StoreUri}");
        return ExitCode.Done;
    }

    private static void Stage(IAnsiConsole console, int number, string text) => console.MarkupLine($"[bold]{number}/4[/] {Markup.Escape(text)}");
}
