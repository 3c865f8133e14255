using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Nodes;

namespace VinCxr.Cli.Commands.Nodes;

/// <summary><c>vincxr node ls</c>: agents and what they train.</summary>
internal static class NodeCommand
{
    private static readonly Column<NodeSummary>[] Columns =
    [
        new("name", "Node", n => n.Name),
        new("device", "Device", n => n.Device),
        new("slots", "Slots", n => n.Slots, AlignRight: true),
        new("running", "Running", n => string.Join(' ', n.Running), n => n.Running.Length == 0 ? Text.None : string.Join(", ", n.Running)),
        new("last_seen", "Last seen", n => n.LastSeen),
        new("draining", "Draining", n => n.Draining),
        new("held_sets", "Sets held", n => n.Held?.Count(h => h.IsWhole), n => n.Held is { } held ? $"{held.Count(h => h.IsWhole)} of {held.Length}" : Text.None, AlignRight: true),
        new("cache_hits", "Hits", n => n.Cache?.Hits, AlignRight: true),
        new("cache_misses", "Misses", n => n.Cache?.Misses, AlignRight: true),
        new("bytes_fetched", "Fetched", n => n.Cache?.BytesFetched, n => Size(n.Cache?.BytesFetched), AlignRight: true),
        new("bytes_reread", "Read again", n => n.Cache?.BytesReread, n => Size(n.Cache?.BytesReread), AlignRight: true),
        new("prefetched", "Ahead", n => n.Cache?.Prefetched, AlignRight: true),
        new("evictions", "Evicted", n => n.Cache?.Evictions, AlignRight: true),
    ];

    public static Command Create(CliContext context)
    {
        ChoiceOption<OutputFormat> output = CommonOptions.Output();
        Command list = new Command("ls", "Agents that have reported, with their slots") { output }.OnCluster(async (cluster, parse, _) =>
        {
            NodeSummary[] nodes = await cluster.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key).ListAsync();
            Renderer.List(context, output.ValueOf(parse), nodes, Columns, "no node trains on this store: vincxr serve");
            return ExitCode.Done;
        });
        return new Command("node", "Machines that train") { list };
    }

    private static string Size(long? bytes) => bytes is { } known ? Text.Bytes(known) : Text.None;
}
