using VinCxr.Contracts.Trials;

namespace VinCxr.Contracts.Sharding;

/// <summary>Which shards of one prepared set are made, and who makes the missing ones. Key: prepared set id.</summary>
[Alias("vincxr.IShardGrain")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Durably records what the set is and looks which of its shards are there; gives a broken set another chance.</summary>
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

    /// <summary>As <see cref="RenewAsync"/>, and tells how far the shard is.</summary>
    [Alias("Report")]
    Task ReportAsync(int index, long leaseEpoch, ShardWork work);

    /// <summary>The shard is made and recorded. Shards are content-addressed, so a late holder's word counts as well.</summary>
    [Alias("Complete")]
    Task CompleteAsync(int index);

    /// <summary>Making the shard failed; after three failures the whole set is broken for good.</summary>
    [Alias("Fail")]
    Task FailAsync(int index, long leaseEpoch, string message);

    /// <summary>No node can make the shard, as the same input always fails: the set is broken at once.</summary>
    [Alias("Refuse")]
    Task RefuseAsync(int index, long leaseEpoch, string message);

    /// <summary>
    /// The shard's blob was found damaged or gone. It is made again, once; the second time breaks the set, since the store's disk
    /// cannot be trusted then. Nothing happens while the blob is there.
    /// </summary>
    [Alias("ReportLost")]
    Task<ShardSetStatus> ReportLostAsync(int index);

    /// <summary>How far the set is, and who works on it.</summary>
    [Alias("GetProgress")]
    Task<ShardSetProgress> GetProgressAsync();

    /// <summary>Hands a lease back unused.</summary>
    [Alias("Release")]
    Task ReleaseAsync(int index, long leaseEpoch);
}

/// <param name="PreprocessJson">The preprocess spec.</param>
/// <param name="Shards">Number of shards.</param>
/// <param name="Images">Images in all shards; 0 when planned by a version that did not say.</param>
[GenerateSerializer, Alias("vincxr.ShardSetPlan")]
public sealed record ShardSetPlan(
    [property: Id(0)] string PreparedId,
    [property: Id(1)] string DatasetReference,
    [property: Id(2)] string DatasetVersion,
    [property: Id(3)] string PreprocessJson,
    [property: Id(4)] int Shards,
    [property: Id(5)] int Images = 0);

/// <param name="Error">Why the set cannot be made, or null.</param>
[GenerateSerializer, Alias("vincxr.ShardSetStatus")]
public sealed record ShardSetStatus([property: Id(0)] int Made, [property: Id(1)] int Total, [property: Id(2)] string? Error)
{
    public bool IsComplete => Total > 0 && Made == Total;
}

[GenerateSerializer, Alias("vincxr.ShardLease")]
public sealed record ShardLease(
    [property: Id(0)] ShardSetPlan Plan, [property: Id(1)] int Index, [property: Id(2)] long LeaseEpoch, [property: Id(3)] TimeSpan Ttl);

/// <summary>Work on one shard under one lease so far.</summary>
/// <param name="SourceBytes">Bytes of the images read.</param>
/// <param name="StoredBytes">Bytes of the shard, once it is made.</param>
[GenerateSerializer, Alias("vincxr.ShardWork")]
public readonly record struct ShardWork([property: Id(0)] int Images, [property: Id(1)] long SourceBytes, [property: Id(2)] long StoredBytes);

/// <param name="Images">Images in shards that are made, or written into one that is being made.</param>
/// <param name="Nodes">Those that made or make shards since the set was last planned, by name.</param>
[GenerateSerializer, Alias("vincxr.ShardSetProgress")]
public sealed record ShardSetProgress(
    [property: Id(0)] ShardSetStatus Status, [property: Id(1)] int Images, [property: Id(2)] int TotalImages, [property: Id(3)] ShardNodeWork[] Nodes);

/// <summary>What one node did for a set.</summary>
/// <param name="Shards">Made by it.</param>
/// <param name="Making">Under its leases now.</param>
/// <param name="Done">Images and bytes, unfinished shards included.</param>
[GenerateSerializer, Alias("vincxr.ShardNodeWork")]
public sealed record ShardNodeWork([property: Id(0)] string Node, [property: Id(1)] int Shards, [property: Id(2)] int Making, [property: Id(3)] ShardWork Done);
