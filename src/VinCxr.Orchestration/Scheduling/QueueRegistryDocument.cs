using VinCxr.Contracts.Scheduling;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>Durable settings of the queues that were ever set, by name.</summary>
public sealed record QueueRegistryDocument
{
    public IReadOnlyList<QueueSettings> Queues { get; init; } = [];
}
