using System.CommandLine;

namespace VinCxr.Cli.Commands.Nodes;

/// <summary><c>vincxr queue ls|show|set|rm</c>.</summary>
internal static class QueueCommand
{
    public static Command Create(CliContext context) => new("queue", "Lines of work that waits, with their limits")
    {
        QueueListCommand.Create(context),
        QueueShowCommand.Create(context),
        QueueSetCommand.Create(context),
        QueueRemoveCommand.Create(context),
    };
}
