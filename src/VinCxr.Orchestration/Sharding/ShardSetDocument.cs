using VinCxr.Contracts.Sharding;

namespace VinCxr.Orchestration.Sharding;

/// <summary>Durable state of a prepared set. Which shards are made is recorded by their builder, next to the blobs.</summary>
public sealed record ShardSetDocument
{
    public ShardSetPlan? Plan { get; init; }

    /// <summary>Failed attempts by shard.</summary>
    public IReadOnlyDictionary<int, int> Failures { get; init; } = new Dictionary<int, int>();

    /// <summary>Shards that were lost after they had been made, since the set was last planned.</summary>
    public IReadOnlyList<int> Lost { get; init; } = [];

    public string? Error { get; init; }
}
