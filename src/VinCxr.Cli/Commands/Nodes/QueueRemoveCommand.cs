using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;

namespace VinCxr.Cli.Commands.Nodes;

/// <summary><c>vincxr queue rm</c>.</summary>
internal static class QueueRemoveCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> queue = ValueOptions.Argument("queue", "Name of the queue");
        return new Command("rm", "Remove a queue in which no unfinished sweep waits") { queue }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            string name = parse.GetRequiredValue(queue);
            await plane.RemoveQueueAsync(name, cancellationToken);
            context.Out.WriteLine($"queue {name} removed");
            return ExitCode.Done;
        });
    }
}
