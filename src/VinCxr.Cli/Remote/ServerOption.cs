using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Core;

namespace VinCxr.Cli.Remote;

/// <summary><c>--server</c>: a command that goes to a server over its API instead of to a store.</summary>
internal static class ServerOption
{
    public const string Variable = "VINCXR_SERVER";
    public const string KeyVariable = "VINCXR_KEY";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Option<string?> Create() => ValueOptions.Optional(
        "--server", $"Go to this server over its API instead of to a store; ${Variable} or 'vincxr login' set the default", "URL");

    /// <summary>
    /// The server a command goes to: what it was given; else, unless it was given a store, $VINCXR_SERVER; else, unless $VINCXR_STORE is set, the server
    /// last logged in to.
    /// </summary>
    /// <returns>A connection, or null for a command that goes to a store.</returns>
    /// <exception cref="InvalidInputException">No http address, or both a server and a store are given.</exception>
    public static ServerConnection? Connect(CliContext context, ParseResult parse, Option<string?> server, Option<string> store)
    {
        bool hasStore = parse.GetResult(store) is { Implicit: false };
        if (parse.GetValue(server) is { } given)
        {
            return hasStore
                ? throw new InvalidInputException($"--server {given} and --store {parse.GetValue(store)} exclude each other; the server knows its store")
                : Open(context, AddressOf(given, "--server"));
        }

        if (hasStore)
        {
            return null;
        }

        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return Open(context, AddressOf(named, $"${Variable}"));
        }

        return Environment.GetEnvironmentVariable(CommonOptions.StoreVariable) is { Length: > 0 } || ServerContexts.Read().Current is not { } current
            ? null
            : Open(context, AddressOf(current, ServerContexts.Path));
    }

    /// <param name="source">Where the text comes from, for the error.</param>
    public static Uri AddressOf(string text, string source) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 && address.Query.Length == 0
            ? new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/'))
            : throw new InvalidInputException($"{source} '{text}' is no address of a server such as http://127.0.0.1:8080");

    /// <param name="key">Null takes $VINCXR_KEY, or what 'vincxr login' stored for the address.</param>
    public static ServerConnection Open(CliContext context, Uri address, string? key = null)
    {
        key ??= Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } given
            ? given
            : ServerContexts.Read().Servers.GetValueOrDefault(address.AbsoluteUri.TrimEnd('/'))?.Key;
        if (key is not null && key.Any(c => c is <= ' ' or > '~'))
        {
            throw new InvalidInputException($"the key of {address} holds blanks or characters that no key has; give it anew with 'vincxr login {address}'");
        }

        return new ServerConnection(address, key, context.Note, context.Clock, Patience);
    }
}
