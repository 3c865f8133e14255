namespace VinCxr.Contracts.Nodes;

/// <summary>Agents that have reported, with their slots. Key: <c>default</c>.</summary>
[Alias("vincxr.INodeRegistryGrain")]
public interface INodeRegistryGrain : IGrainWithStringKey
{
    const string Key = "default";

    [Alias("List")]
    Task<NodeSummary[]> ListAsync();

    /// <summary>An agent's heartbeat; agents not heard of for a while drop off the list.</summary>
    [Alias("Report")]
    Task ReportAsync(NodeReport report);

    /// <summary>An agent says goodbye.</summary>
    [Alias("Leave")]
    Task LeaveAsync(string name);
}

/// <param name="Slots">Trials it runs at once.</param>
/// <param name="Running">Ids of trials it holds leases on.</param>
[GenerateSerializer, Alias("vincxr.NodeSummary")]
public sealed record NodeSummary(
    [property: Id(0)] string Name,
    [property: Id(1)] string Device,
    [property: Id(2)] int Slots,
    [property: Id(3)] string[] Running,
    [property: Id(4)] DateTimeOffset LastSeen,
    [property: Id(5)] bool Draining);

[GenerateSerializer, Alias("vincxr.NodeReport")]
public sealed record NodeReport(
    [property: Id(0)] string Name, [property: Id(1)] string Device, [property: Id(2)] int Slots, [property: Id(3)] string[] Running);
