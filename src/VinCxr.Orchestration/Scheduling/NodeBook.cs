using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>What nodes said of themselves when they last asked for work.</summary>
internal sealed class NodeBook(TimeProvider time)
{
    /// <summary>Agents with a free slot ask every half second; one that has been silent for this long is not counted on.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, (IReadOnlySet<string> Held, int FreeSlots, long At)> _nodes = [];

    public PlacementNode Asked(LeaseRequest request)
    {
        IReadOnlySet<string> held = request.Held?.ToHashSet() ?? [];
        _nodes[request.Node] = (held, request.FreeSlots, time.GetTimestamp());
        return new PlacementNode(request.Node, held, HasFreeSlot: true);
    }

    /// <summary>The node took work for one of its free slots.</summary>
    public void Took(string node)
    {
        if (_nodes.TryGetValue(node, out var known))
        {
            _nodes[node] = known with { FreeSlots = known.FreeSlots - 1 };
        }
    }

    public PlacementNode[] Others(string node) =>
    [
        .. _nodes.Where(n => n.Key != node)
            .Select(n => new PlacementNode(n.Key, n.Value.Held, n.Value.FreeSlots > 0 && time.GetElapsedTime(n.Value.At) < Fresh)),
    ];
}
