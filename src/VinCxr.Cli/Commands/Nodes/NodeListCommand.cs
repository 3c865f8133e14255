using System.CommandLine;
using VinCxr.Cli.Cluster;
using VinCxr.Cli.Options;
using VinCxr.Cli.Rendering;
using VinCxr.Contracts.Nodes;

namespace VinCxr.Cli.Commands.Nodes;

/// <summary><c>vincxr node ls</c>: agents, their devices and what they train.</summary>
internal static class NodeListCommand
{
    private static readonly Column<NodeSummary>[] Columns =
    [
        new("name", "Node", n => n.Name),
        new("device", "Device", Devices, n => Devices(n) is { Length: > 0 } devices ? devices : Text.None),
        new("slots", "Slots", n => n.Slots, AlignRight: true),
        new("free", "Free", n => n.Devices?.Sum(d => d.Free), n => n.Devices is { } devices ? $"{devices.Sum(d => d.Free):0.##}" : Text.None, AlignRight: true),
        new("memory_mb", "Memory", n => n.Devices?.Max(d => d.MemoryMb), n => Memory(n), AlignRight: true),
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
        return new Command("ls", "Agents that have reported, with their slots") { output }.OnPlane(context, async (plane, parse, cancellationToken) =>
        {
            IReadOnlyList<NodeSummary> nodes = await plane.ListNodesAsync(cancellationToken);
            Renderer.List(context, output.ValueOf(parse), nodes, Columns, "no node trains on this store: vincxr serve");
            return ExitCode.Done;
        });
    }

    /// <summary>Names of its devices with their counts, such as <c>2 x NVIDIA H100</c>.</summary>
    private static string Devices(NodeSummary node) => node.Devices is { Length: > 0 } devices
        ? string.Join(", ", devices.GroupBy(d => d.Name).Select(g => g.Count() == 1 ? g.Key : $"{g.Count()} x {g.Key}"))
        : node.Device;

    private static string Memory(NodeSummary node) => node.Devices?.Max(d => d.MemoryMb) is { } megabytes ? $"{megabytes:N0} MiB" : Text.None;

    private static string Size(long? bytes) => bytes is { } known ? Text.Bytes(known) : Text.None;
}
