using Orleans.Concurrency;
using VinCxr.Contracts.Trials;

namespace VinCxr.Contracts.Nodes;

/// <summary>Agents that have reported, with their slots. Key: <c>default</c>.</summary>
[Alias("vincxr.INodeRegistryGrain")]
public interface INodeRegistryGrain : IGrainWithStringKey
{
    const string Key = "default";

    /// <summary>Time after an agent's last word for which its name is held for it.</summary>
    static readonly TimeSpan NameHeld = TimeSpan.FromSeconds(5);

    /// <summary>Agents heard of lately, and nodes told to drain, by name.</summary>
    [Alias("List"), AlwaysInterleave]
    Task<NodeSummary[]> ListAsync();

    /// <summary>An agent's heartbeat; agents not heard of for a while drop off the list.</summary>
    /// <returns>What the agent is to do from now on.</returns>
    [Alias("Report"), AlwaysInterleave]
    Task<NodeOrders> ReportAsync(NodeReport report);

    /// <summary>
    /// Durably tells a node to take no more work and hand back its leases after a checkpoint, or to take work again. No lease is given to a draining
    /// node after this returns; the order stands until it is undone, also for an agent that comes back under this name.
    /// </summary>
    /// <remarks>Refused with a <c>NotFoundException</c>: no node of this name has reported.</remarks>
    [Alias("SetDrain")]
    Task SetDrainAsync(string name, bool drain);

    /// <summary>Durably claims a node name for one agent; refused with a <c>ConflictException</c> while another agent reports under it.</summary>
    [Alias("Join")]
    Task JoinAsync(string name, string agentId);

    /// <summary>
    /// As <see cref="JoinAsync"/>, for an agent that lives and dies with its silo: the name is free again the moment the cluster declares that silo
    /// dead, and held until then.
    /// </summary>
    /// <param name="silo">Address of the silo, parsable.</param>
    [Alias("JoinFrom")]
    Task JoinFromAsync(string name, string agentId, string silo);

    /// <summary>An agent says goodbye.</summary>
    [Alias("Leave")]
    Task LeaveAsync(string name);
}

/// <param name="Slots">Trials it runs at once.</param>
/// <param name="Running">Ids of trials it holds leases on, and shards it makes as <c>shard N</c>.</param>
/// <param name="Host">Name of the machine; null from versions that do not say.</param>
/// <param name="Since">Start of its agent; null from versions that do not say.</param>
[GenerateSerializer, Alias("vincxr.NodeSummary")]
public sealed record NodeSummary(
    [property: Id(0)] string Name,
    [property: Id(1)] string Device,
    [property: Id(2)] int Slots,
    [property: Id(3)] string[] Running,
    [property: Id(4)] DateTimeOffset LastSeen,
    [property: Id(5)] bool Draining,
    [property: Id(6)] CacheSummary? Cache = null,
    [property: Id(7)] HeldSet[]? Held = null,
    [property: Id(8)] SlotOffer[]? Devices = null,
    [property: Id(9)] string? Host = null,
    [property: Id(10)] DateTimeOffset? Since = null);

/// <param name="AgentId">One run of one agent; null from versions that do not say.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="Since">Start of the agent.</param>
[GenerateSerializer, Alias("vincxr.NodeReport")]
public sealed record NodeReport(
    [property: Id(0)] string Name,
    [property: Id(1)] string Device,
    [property: Id(2)] int Slots,
    [property: Id(3)] string[] Running,
    [property: Id(4)] CacheSummary? Cache = null,
    [property: Id(5)] HeldSet[]? Held = null,
    [property: Id(6)] string? AgentId = null,
    [property: Id(7)] SlotOffer[]? Devices = null,
    [property: Id(8)] string? Host = null,
    [property: Id(9)] DateTimeOffset? Since = null);

/// <param name="Drain">Take no work; running trials write a checkpoint and hand their leases back.</param>
[GenerateSerializer, Alias("vincxr.NodeOrders")]
public sealed record NodeOrders([property: Id(0)] bool Drain);

/// <summary>What an agent's cache of shards did since the agent started.</summary>
/// <param name="Hits">Shards that were there when a trial wanted them.</param>
/// <param name="Misses">Shards that had to be fetched while a trial waited.</param>
/// <param name="BytesFetched">Bytes from the store, prefetched ones included.</param>
/// <param name="BytesReread">Part of these that had been fetched before and were evicted or damaged since.</param>
/// <param name="Prefetched">Shards fetched before a trial wanted them.</param>
/// <param name="Evictions">Shards removed to make room.</param>
/// <param name="UsedBytes">Bytes that lie in it; null from versions that do not say, or while its folder cannot be read.</param>
/// <param name="LimitBytes">Bytes that it stays under where it can; null from versions that do not say.</param>
[GenerateSerializer, Alias("vincxr.CacheSummary")]
public sealed record CacheSummary(
    [property: Id(0)] long Hits,
    [property: Id(1)] long Misses,
    [property: Id(2)] long BytesFetched,
    [property: Id(3)] long BytesReread,
    [property: Id(4)] long Prefetched,
    [property: Id(5)] long Evictions,
    [property: Id(6)] long? UsedBytes = null,
    [property: Id(7)] long? LimitBytes = null);

/// <summary>Shards of a prepared set that lie in a node's cache.</summary>
[GenerateSerializer, Alias("vincxr.HeldSet")]
public sealed record HeldSet([property: Id(0)] string PreparedId, [property: Id(1)] int Shards, [property: Id(2)] int Total)
{
    public bool IsWhole => Shards == Total;
}
