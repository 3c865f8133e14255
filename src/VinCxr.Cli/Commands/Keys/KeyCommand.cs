using System.CommandLine;

namespace VinCxr.Cli.Commands.Keys;

/// <summary><c>vincxr key create|ls|revoke</c>.</summary>
internal static class KeyCommand
{
    public static Command Create(CliContext context) => new("key", "API keys of those who may use a server with --auth keys")
    {
        KeyCreateCommand.Create(context),
        KeyListCommand.Create(context),
        KeyRevokeCommand.Create(context),
    };
}
