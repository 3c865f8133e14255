using System.CommandLine;
using VinCxr.Cli.Options;
using VinCxr.Server.Hosting;

namespace VinCxr.Cli.Cluster;

/// <summary>Shape shared by the verbs that talk to the grains of a store.</summary>
internal static class ClusterVerbs
{
    /// <summary>Adds <c>--store</c> and <c>--clustering</c> and runs the verb on a connection that trains nothing.</summary>
    public static Command OnCluster(this Command command, Func<EmbeddedCluster, ParseResult, CancellationToken, Task<int>> run)
    {
        Option<string> store = CommonOptions.Store();
        Option<string?> clustering = ClusteringOption.ForCommands();
        command.Add(store);
        command.Add(clustering);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var options = new EmbeddedOptions { Clustering = ClusteringOption.Of(parse, clustering) };
            await using EmbeddedCluster cluster = await EmbeddedCluster.ConnectAsync(parse.GetRequiredValue(store), options, cancellationToken);
            return await run(cluster, parse, cancellationToken);
        });
        return command;
    }
}
