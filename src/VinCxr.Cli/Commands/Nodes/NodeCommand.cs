using System.CommandLine;

namespace VinCxr.Cli.Commands.Nodes;

/// <summary><c>vincxr node ls|drain</c>.</summary>
internal static class NodeCommand
{
    public static Command Create(CliContext context) =>
        new("node", "Machines that train") { NodeListCommand.Create(context), NodeDrainCommand.Create(context) };
}
