namespace VinCxr.Orchestration.Nodes;

/// <summary>What must outlive the registry: who has which name, and which nodes take no work.</summary>
public sealed record NodeRegistryDocument
{
    /// <summary>Node name to the agent that claimed it.</summary>
    public IReadOnlyDictionary<string, NodeClaim> Claims { get; init; } = new Dictionary<string, NodeClaim>();

    /// <summary>Draining node to the time it was told.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Draining { get; init; } = new Dictionary<string, DateTimeOffset>();
}

/// <param name="AgentId">One run of one agent.</param>
/// <param name="Incarnation">The run of the cluster it belongs to.</param>
/// <param name="Silo">Address of the silo that it lives and dies with; null where it did not say.</param>
public sealed record NodeClaim(string AgentId, string Incarnation, string? Silo = null);
