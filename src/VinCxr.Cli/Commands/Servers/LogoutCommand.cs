using System.CommandLine;
using VinCxr.Cli.Remote;
using VinCxr.Core;

namespace VinCxr.Cli.Commands.Servers;

/// <summary><c>vincxr logout</c>: forgets a server and its key.</summary>
internal static class LogoutCommand
{
    public static Command Create(CliContext context)
    {
        var address = new Argument<string?>("server") { Description = "Address of the server; the current one by default", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("logout", "Forget a server and its key") { address };
        command.SetAction(async (parse, cancellationToken) =>
        {
            ServerContexts contexts = ServerContexts.Read();
            string? server = parse.GetValue(address) is { } given ? ServerOption.AddressOf(given, "server").AbsoluteUri.TrimEnd('/') : contexts.Current;
            if (server is null || !contexts.Servers.ContainsKey(server))
            {
                throw new NotFoundException(server is null ? "not logged in to any server" : $"not logged in to {server}, known are {string.Join(", ", contexts.Servers.Keys.Order())}");
            }

            await contexts.Without(server).WriteAsync(cancellationToken);
            context.Out.WriteLine($"{server}: forgotten");
            return ExitCode.Done;
        });
        return command;
    }
}
