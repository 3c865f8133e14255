using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Contracts.Api;

namespace VinCxr.Cli.Commands.Nodes;

/// <summary><c>vincxr node drain</c>: empties a node for maintenance, without losing work.</summary>
internal static class NodeDrainCommand
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    public static Command Create(CliContext context)
    {
        Argument<string> node = ValueOptions.Argument("node", "Name of the node, as node ls shows it");
        Option<bool> undo = ValueOptions.Flag("--undo", "Let it take work again");
        Option<bool> wait = ValueOptions.Flag("--wait", "Return when nothing runs there any more");
        return new Command("drain", "Give a node no more work; what runs there writes a checkpoint and goes on elsewhere") { node, undo, wait }
            .OnPlane(context, async (plane, parse, cancellationToken) =>
            {
                string name = parse.GetRequiredValue(node);
                bool drain = !parse.GetValue(undo);
                await plane.SetDrainAsync(name, drain, cancellationToken);
                if (drain && parse.GetValue(wait))
                {
                    await EmptyAsync(context, plane, name, cancellationToken);
                }

                string[] running = await RunningAsync(plane, name, cancellationToken);
                context.Out.WriteLine(drain ? $"{name}: draining, {running.Length} running" : $"{name}: takes work again");
                return ExitCode.Done;
            });
    }

    private static async Task EmptyAsync(CliContext context, IControlPlane plane, string name, CancellationToken cancellationToken)
    {
        int last = -1;
        using var timer = new PeriodicTimer(Poll);
        while (await RunningAsync(plane, name, cancellationToken) is { Length: > 0 } running)
        {
            if (running.Length != last)
            {
                context.Error.WriteLine($"{name}: waits for {string.Join(", ", running)}");
                last = running.Length;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<string[]> RunningAsync(IControlPlane plane, string name, CancellationToken cancellationToken) =>
        (await plane.ListNodesAsync(cancellationToken)).FirstOrDefault(n => n.Name == name)?.Running ?? [];
}
