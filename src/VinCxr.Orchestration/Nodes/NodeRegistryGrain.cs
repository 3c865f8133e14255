using VinCxr.Contracts.Nodes;
using VinCxr.Core;

namespace VinCxr.Orchestration.Nodes;

/// <summary>Heartbeats of agents. In memory only: a list of who is there now has no past worth keeping.</summary>
[GrainType("nodes")]
internal sealed class NodeRegistryGrain(OrchestrationOptions options, TimeProvider time) : Grain, INodeRegistryGrain
{
    private readonly SortedDictionary<string, NodeSummary> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _agents = new(StringComparer.Ordinal);

    public Task<NodeSummary[]> ListAsync()
    {
        var oldest = time.GetUtcNow() - (4 * options.LeaseTtl);
        foreach (string name in _nodes.Values.Where(n => n.LastSeen < oldest).Select(n => n.Name).ToArray())
        {
            Remove(name);
        }

        return Task.FromResult(_nodes.Values.ToArray());
    }

    public Task JoinAsync(string name, string agentId)
    {
        bool isTaken = _nodes.TryGetValue(name, out var known) && _agents.GetValueOrDefault(name) != agentId
            && time.GetUtcNow() - known.LastSeen < INodeRegistryGrain.NameHeld;
        if (isTaken)
        {
            throw new ConflictException($"node name '{name}' is used by another agent of this cluster; give this one another with --node");
        }

        _agents[name] = agentId;
        _nodes[name] = new NodeSummary(name, "", 0, [], time.GetUtcNow(), Draining: false);
        return Task.CompletedTask;
    }

    public Task SetDrainAsync(string name, bool drain) => throw new NotImplementedException();

    public Task<NodeOrders> ReportAsync(NodeReport report)
    {
        _agents[report.Name] = report.AgentId;
        _nodes[report.Name] = new NodeSummary(
            report.Name, report.Device, report.Slots, report.Running, time.GetUtcNow(), Draining: false, report.Cache, report.Held);
        return Task.FromResult(new NodeOrders(Drain: false));
    }

    public Task LeaveAsync(string name)
    {
        Remove(name);
        return Task.CompletedTask;
    }

    private void Remove(string name)
    {
        _nodes.Remove(name);
        _agents.Remove(name);
    }
}
