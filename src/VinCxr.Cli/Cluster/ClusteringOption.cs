using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Server.Hosting.Clustering;

namespace VinCxr.Cli.Cluster;

/// <summary>Where the silos of a store find each other.</summary>
internal static class ClusteringOption
{
    private const string Name = "--clustering";
    private const string Form = "localhost|redis://HOST:PORT[/DB]|azure";

    private static string? OfEnvironment => Environment.GetEnvironmentVariable(ClusteringAddress.Variable) is { Length: > 0 } text ? text : null;

    /// <summary>For <c>serve</c>; checked with its other options.</summary>
    public static Option<string> ForServer() => new(Name)
    {
        Description = $"How silos find each other; ${ClusteringAddress.Variable} sets the default",
        HelpName = Form,
        DefaultValueFactory = _ => OfEnvironment ?? "localhost",
    };

    /// <summary>For commands that talk to a server.</summary>
    public static Option<string?> ForCommands() => ValueOptions.Optional(
        Name, $"Where the servers of the store find each other, when the store does not tell or they want a password; ${ClusteringAddress.Variable} sets the default", Form);

    /// <returns>What <see cref="ForCommands"/> was given, or null.</returns>
    public static ClusteringAddress? Of(ParseResult parse, Option<string?> option) =>
        (parse.GetValue(option) ?? OfEnvironment) is { } text ? ClusteringAddress.Parse(text) : null;
}
