using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Scheduling;
using VinCxr.Core;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Nodes;

/// <summary>
/// Heartbeats of agents, in memory: a list of who is there now has no past worth keeping. Names and drain orders are durable, so that a
/// restart neither lets a second agent take a living one's name nor sends work to a node that is being emptied.
/// </summary>
[GrainType("nodes")]
internal sealed class NodeRegistryGrain(
    [PersistentState("nodes")] IPersistentState<NodeRegistryDocument> state, IClusterMembershipService membership, OrchestrationOptions options, TimeProvider time)
    : Grain, INodeRegistryGrain
{
    private readonly Dictionary<string, NodeSummary> _nodes = new(StringComparer.Ordinal);

    /// <summary>Who used a name last, and when it was last heard of.</summary>
    private readonly Dictionary<string, (string? Agent, DateTimeOffset Heard)> _names = new(StringComparer.Ordinal);

    /// <summary>Agents known before a restart get the time to report again that any agent gets after its last word, unless their cluster is dead.</summary>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, claim) in state.State.Claims.Where(c => !options.IsSoleOwner || c.Value.Incarnation == options.Incarnation))
        {
            _names[name] = (claim.AgentId, time.GetUtcNow());
        }

        return Task.CompletedTask;
    }

    public Task<NodeSummary[]> ListAsync()
    {
        var oldest = time.GetUtcNow() - (4 * options.LeaseTtl);
        foreach (string name in _nodes.Values.Where(n => n.LastSeen < oldest).Select(n => n.Name).ToArray())
        {
            Remove(name);
        }

        // A node that is told to drain stays in sight while it is away: the order waits for its return.
        var away = state.State.Draining.Where(d => !_nodes.ContainsKey(d.Key)).Select(d => Unheard(d.Key, d.Value));
        return Task.FromResult<NodeSummary[]>(
            [.. _nodes.Values.Concat(away).Select(n => n with { Draining = IsDraining(n.Name) }).OrderBy(n => n.Name, StringComparer.Ordinal)]);
    }

    public Task JoinAsync(string name, string agentId) => JoinAsync(name, new NodeClaim(agentId, options.Incarnation));

    public Task JoinFromAsync(string name, string agentId, string silo) => JoinAsync(name, new NodeClaim(agentId, options.Incarnation, silo));

    private async Task JoinAsync(string name, NodeClaim claim)
    {
        if (IsTaken(name, claim.AgentId))
        {
            throw new ConflictException($"node name '{name}' is used by another agent of this cluster; give this one another with --node");
        }

        await state.SaveAsync(state.State with { Claims = new Dictionary<string, NodeClaim>(state.State.Claims) { [name] = claim } });
        _names[name] = (claim.AgentId, time.GetUtcNow());
        _nodes[name] = Unheard(name, time.GetUtcNow());
    }

    public async Task SetDrainAsync(string name, bool drain)
    {
        if (!_nodes.ContainsKey(name) && !IsDraining(name))
        {
            string known = _nodes.Count == 0 ? "no node trains on this store" : $"known are {string.Join(", ", _nodes.Keys.Order(StringComparer.Ordinal))}";
            throw new NotFoundException($"no node '{name}', {known}");
        }

        if (drain == IsDraining(name))
        {
            return;
        }

        var draining = new Dictionary<string, DateTimeOffset>(state.State.Draining);
        if (drain)
        {
            draining[name] = time.GetUtcNow();
        }
        else
        {
            draining.Remove(name);
        }

        await state.SaveAsync(state.State with { Draining = draining });
        var queues = await GrainFactory.GetGrain<IQueueRegistryGrain>(IQueueRegistryGrain.Key).ListAsync();
        await Task.WhenAll(queues.Select(q => GrainFactory.GetGrain<IWorkQueueGrain>(q.Name).RefreshAsync()));
    }

    public Task<NodeOrders> ReportAsync(NodeReport report)
    {
        _names[report.Name] = (report.AgentId, time.GetUtcNow());
        _nodes[report.Name] = new NodeSummary(
            report.Name, report.Device, report.Slots, report.Running, time.GetUtcNow(), Draining: false, report.Cache, report.Held, report.Devices,
            report.Host, report.Since);
        return Task.FromResult(new NodeOrders(IsDraining(report.Name)));
    }

    public async Task LeaveAsync(string name)
    {
        Remove(name);
        if (state.State.Claims.ContainsKey(name))
        {
            var claims = new Dictionary<string, NodeClaim>(state.State.Claims);
            claims.Remove(name);
            await state.SaveAsync(state.State with { Claims = claims });
        }
    }

    /// <summary>
    /// The cluster knows best whether a silo lives. Time since its last word misleads a registry that has just moved: it takes whom it reads of for alive.
    /// </summary>
    private bool IsTaken(string name, string agentId)
    {
        if (!_names.TryGetValue(name, out var known) || known.Agent == agentId)
        {
            return false;
        }

        return state.State.Claims.GetValueOrDefault(name) is { Silo: { } silo } claim && claim.AgentId == known.Agent
            ? membership.CurrentSnapshot.GetSiloStatus(SiloAddress.FromParsableString(silo)) is not (SiloStatus.Dead or SiloStatus.None)
            : time.GetUtcNow() - known.Heard < INodeRegistryGrain.NameHeld;
    }

    private static NodeSummary Unheard(string name, DateTimeOffset since) => new(name, "", 0, [], since, Draining: false);

    private bool IsDraining(string name) => state.State.Draining.ContainsKey(name);

    private void Remove(string name)
    {
        _nodes.Remove(name);
        _names.Remove(name);
    }
}
