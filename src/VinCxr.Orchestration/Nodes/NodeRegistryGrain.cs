using VinCxr.Contracts.Nodes;

namespace VinCxr.Orchestration.Nodes;

/// <summary>Heartbeats of agents. In memory only: a list of who is there now has no past worth keeping.</summary>
[GrainType("nodes")]
internal sealed class NodeRegistryGrain(OrchestrationOptions options, TimeProvider time) : Grain, INodeRegistryGrain
{
    private readonly SortedDictionary<string, NodeSummary> _nodes = new(StringComparer.Ordinal);

    public Task<NodeSummary[]> ListAsync()
    {
        var oldest = time.GetUtcNow() - (4 * options.LeaseTtl);
        foreach (string name in _nodes.Values.Where(n => n.LastSeen < oldest).Select(n => n.Name).ToArray())
        {
            _nodes.Remove(name);
        }

        return Task.FromResult(_nodes.Values.ToArray());
    }

    public Task ReportAsync(NodeReport report)
    {
        _nodes[report.Name] = new NodeSummary(report.Name, report.Device, report.Slots, report.Running, time.GetUtcNow(), Draining: false);
        return Task.CompletedTask;
    }

    public Task LeaveAsync(string name)
    {
        _nodes.Remove(name);
        return Task.CompletedTask;
    }
}
