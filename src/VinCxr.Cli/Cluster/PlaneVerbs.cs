using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Cli.Remote;
using VinCxr.Contracts.Api;
using VinCxr.Data.Stores;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Cluster;

/// <summary>A command's way to the control plane.</summary>
/// <param name="IsEmbedded">True when the grains live in this process, so that nothing trains once it ends.</param>
/// <param name="Where">The server's address or the store's URI.</param>
internal sealed record PlaneConnection(IControlPlane Plane, bool IsEmbedded, string Where)
{
    /// <summary>The store, when the command has one itself.</summary>
    public IStore? Store { get; init; }
}

/// <summary>Shape shared by the verbs that need nothing but the control plane, wherever it is.</summary>
internal static class PlaneVerbs
{
    /// <summary>Adds <c>--server</c>, <c>--store</c> and <c>--clustering</c>; on a store, nothing trains.</summary>
    public static Command OnPlane(this Command command, CliContext context, Func<IControlPlane, ParseResult, CancellationToken, Task<int>> run) =>
        command.OnConnection(context, (connection, parse, cancellationToken) => run(connection.Plane, parse, cancellationToken));

    /// <inheritdoc cref="OnPlane"/>
    public static Command OnConnection(this Command command, CliContext context, Func<PlaneConnection, ParseResult, CancellationToken, Task<int>> run) =>
        command.OnConnection(context, (_, _) => Task.FromResult(true), _ => null, (_, connection, parse, cancellationToken) => run(connection, parse, cancellationToken));

    /// <param name="prepare">What is read, and may be wrong, before anything is connected to.</param>
    /// <param name="agent">What trains in this process while the verb runs on a store that nobody serves, or null.</param>
    public static Command OnConnection<T>(
        this Command command, CliContext context, Func<ParseResult, CancellationToken, Task<T>> prepare, Func<ParseResult, AgentSettings?> agent,
        Func<T, PlaneConnection, ParseResult, CancellationToken, Task<int>> run)
    {
        Option<string?> server = ServerOption.Create();
        Option<string> store = CommonOptions.Store();
        Option<string?> clustering = ClusteringOption.ForCommands();
        command.Add(server);
        command.Add(store);
        command.Add(clustering);
        command.SetAction(async (parse, cancellationToken) =>
        {
            T prepared = await prepare(parse, cancellationToken);
            using ServerConnection? remote = ServerOption.Connect(context, parse, server, store);
            if (remote is not null)
            {
                return await run(prepared, new PlaneConnection(new HttpControlPlane(remote), false, $"{remote.Address}"), parse, cancellationToken);
            }

            var options = new EmbeddedOptions { Agent = agent(parse), Clustering = ClusteringOption.Of(parse, clustering) };
            await using EmbeddedCluster cluster = await EmbeddedCluster.ConnectAsync(parse.GetRequiredValue(store), options, cancellationToken);
            var connection = new PlaneConnection(cluster.Plane(context.Clock), cluster.IsEmbedded, parse.GetRequiredValue(store)) { Store = cluster.Store };
            return await run(prepared, connection, parse, cancellationToken);
        });
        return command;
    }
}
