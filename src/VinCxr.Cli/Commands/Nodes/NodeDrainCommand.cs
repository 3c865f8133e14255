using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Contracts.Nodes;

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
            .OnCluster(async (cluster, parse, cancellationToken) =>
            {
                string name = parse.GetRequiredValue(node);
                INodeRegistryGrain nodes = cluster.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);
                bool drain = !parse.GetValue(undo);
                await nodes.SetDrainAsync(name, drain);
                if (drain && parse.GetValue(wait))
                {
                    await EmptyAsync(context, nodes, name, cancellationToken);
                }

                string[] running = await RunningAsync(nodes, name);
                context.Out.WriteLine(drain ? $"{name}: draining, {running.Length} running" : $"{name}: takes work again");
                return ExitCode.Done;
            });
    }

    private static async Task EmptyAsync(CliContext context, INodeRegistryGrain nodes, string name, CancellationToken cancellationToken)
    {
        int last = -1;
        using var timer = new PeriodicTimer(Poll);
        while (await RunningAsync(nodes, name) is { Length: > 0 } running)
        {
            if (running.Length != last)
            {
                context.Error.WriteLine($"{name}: waits for {string.Join(", ", running)}");
                last = running.Length;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<string[]> RunningAsync(INodeRegistryGrain nodes, string name) =>
        (await nodes.ListAsync()).FirstOrDefault(n => n.Name == name)?.Running ?? [];
}
