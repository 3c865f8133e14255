using VinCxr.Contracts.Trials;

namespace VinCxr.Contracts.Sharding;

/// <summary>
/// Prepared sets that somebody waits for without a sweep. A wish lasts for moments and is repeated by whoever waits, so nothing here is durable, and
/// work ends soon after nobody waits any more. Key: <see cref="Key"/>.
/// </summary>
[Alias("vincxr.IWantedSetsGrain")]
public interface IWantedSetsGrain : IGrainWithStringKey
{
    const string Key = "default";

    /// <summary>Wants a planned set for the next lease ttl.</summary>
    [Alias("Want")]
    Task WantAsync(string preparedId);

    /// <summary>Takes the wish back.</summary>
    [Alias("Forget")]
    Task ForgetAsync(string preparedId);

    /// <returns>The next shard to make of any wanted set, those wanted longest first; null when none is free.</returns>
    [Alias("Lease")]
    Task<ShardLease?> LeaseAsync(LeaseRequest request);
}
