using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Cluster;

/// <summary>Shape shared by the verbs that talk to the grains of a store.</summary>
internal static class ClusterVerbs
{
    /// <summary>Adds <c>--store</c> and runs the verb on a connection that trains nothing.</summary>
    public static Command OnCluster(this Command command, Func<EmbeddedCluster, ParseResult, CancellationToken, Task<int>> run)
    {
        Option<string> store = CommonOptions.Store();
        command.Add(store);
        command.SetAction(async (parse, cancellationToken) =>
        {
            await using EmbeddedCluster cluster = await EmbeddedCluster.ConnectAsync(parse.GetRequiredValue(store), cancellationToken: cancellationToken);
            return await run(cluster, parse, cancellationToken);
        });
        return command;
    }
}
