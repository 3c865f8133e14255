using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Remote;
using VinCxr.Contracts.Api;
using VinCxr.Core;

namespace VinCxr.Cli.Commands.Servers;

/// <summary><c>vincxr login</c>: commands go to a server from now on; its key is kept where only this user reads it.</summary>
internal static class LoginCommand
{
    public static Command Create(CliContext context)
    {
        Argument<string> address = ValueOptions.Argument("server", "Address of the server, such as https://vincxr.example.org");
        Option<bool> noKey = ValueOptions.Flag("--no-key", "The server asks for no key");
        var command = new Command("login", $"Send commands to a server from now on; the key is read from ${ServerOption.KeyVariable} or from standard input, never from the command line")
        {
            address, noKey,
        };
        command.SetAction(async (parse, cancellationToken) =>
        {
            Uri server = ServerOption.AddressOf(parse.GetRequiredValue(address), "server");
            string? key = parse.GetValue(noKey) ? null : await KeyAsync(context, cancellationToken);
            using ServerConnection connection = ServerOption.Open(context, server, key);
            using var request = new HttpRequestMessage(HttpMethod.Get, "whoami");
            WhoAmI caller = await connection.SendAsync<WhoAmI>(request, cancellationToken);
            await ServerContexts.Read().With(server.AbsoluteUri.TrimEnd('/'), new ServerContext(key)).WriteAsync(cancellationToken);
            context.Out.WriteLine($"{server.AbsoluteUri.TrimEnd('/')}: {caller.User} ({caller.Role}); commands without --store go there until 'vincxr logout'");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<string> KeyAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(ServerOption.KeyVariable) is { Length: > 0 } given)
        {
            return given;
        }

        if (!Console.IsInputRedirected)
        {
            context.Error.Write("key: ");
        }

        string? line = Console.IsInputRedirected ? await Console.In.ReadLineAsync(cancellationToken) : ReadHidden(context);
        return string.IsNullOrWhiteSpace(line)
            ? throw new InvalidInputException($"no key was given; set ${ServerOption.KeyVariable}, write it to standard input, or say --no-key for a server that asks for none")
            : line.Trim();
    }

    private static string ReadHidden(CliContext context)
    {
        var typed = new List<char>();
        for (ConsoleKeyInfo key; (key = Console.ReadKey(intercept: true)).Key != ConsoleKey.Enter;)
        {
            if (key.Key == ConsoleKey.Backspace && typed.Count > 0)
            {
                typed.RemoveAt(typed.Count - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Add(key.KeyChar);
            }
        }

        context.Error.WriteLine();
        return new string([.. typed]);
    }
}
