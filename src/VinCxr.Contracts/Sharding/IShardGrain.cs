using VinCxr.Contracts.Trials;

namespace VinCxr.Contracts.Sharding;

/// <summary>Which shards of one prepared set are made, and who makes the missing ones. Key: prepared set id.</summary>
[Alias("vincxr.IShardGrain")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Durably records what the set is; a second call changes nothing.</summary>
    [Alias("Plan")]
    Task<ShardSetStatus> PlanAsync(ShardSetPlan plan);

    [Alias("Get")]
    Task<ShardSetStatus> GetAsync();

    /// <returns>The next shard to make, or null when none is missing and free.</returns>
    [Alias("TryLease")]
    Task<ShardLease?> TryLeaseAsync(LeaseRequest request);

    /// <summary>Extends a lease; refused with a <c>ConflictException</c> when stale.</summary>
    [Alias("Renew")]
    Task RenewAsync(int index, long leaseEpoch);

    /// <summary>The shard is made and recorded. Shards are content-addressed, so a late holder's word counts as well.</summary>
    [Alias("Complete")]
    Task CompleteAsync(int index);

    /// <summary>Making the shard failed; after three failures the whole set is broken for good.</summary>
    [Alias("Fail")]
    Task FailAsync(int index, long leaseEpoch, string message);

    /// <summary>Hands a lease back unused.</summary>
    [Alias("Release")]
    Task ReleaseAsync(int index, long leaseEpoch);
}

/// <param name="PreprocessJson">The preprocess spec.</param>
/// <param name="Shards">Number of shards.</param>
[GenerateSerializer, Alias("vincxr.ShardSetPlan")]
public sealed record ShardSetPlan(
    [property: Id(0)] string PreparedId,
    [property: Id(1)] string DatasetReference,
    [property: Id(2)] string DatasetVersion,
    [property: Id(3)] string PreprocessJson,
    [property: Id(4)] int Shards);

/// <param name="Error">Why the set cannot be made, or null.</param>
[GenerateSerializer, Alias("vincxr.ShardSetStatus")]
public sealed record ShardSetStatus([property: Id(0)] int Made, [property: Id(1)] int Total, [property: Id(2)] string? Error)
{
    public bool IsComplete => Total > 0 && Made == Total;
}

[GenerateSerializer, Alias("vincxr.ShardLease")]
public sealed record ShardLease(
    [property: Id(0)] ShardSetPlan Plan, [property: Id(1)] int Index, [property: Id(2)] long LeaseEpoch, [property: Id(3)] TimeSpan Ttl);
