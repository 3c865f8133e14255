using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;

namespace VinCxr.Orchestration.Sharding;

/// <summary>Wishes for prepared sets, in memory: whoever waits repeats them.</summary>
[GrainType("wanted-sets")]
internal sealed class WantedSetsGrain(OrchestrationOptions options, TimeProvider time) : Grain, IWantedSetsGrain
{
    private readonly OrderedDictionary<string, long> _wanted = [];

    public Task WantAsync(string preparedId)
    {
        _wanted[preparedId] = time.GetTimestamp();
        return Task.CompletedTask;
    }

    public Task ForgetAsync(string preparedId)
    {
        _wanted.Remove(preparedId);
        return Task.CompletedTask;
    }

    public async Task<ShardLease?> LeaseAsync(LeaseRequest request)
    {
        foreach (var (preparedId, wantedAt) in _wanted.ToArray())
        {
            if (time.GetElapsedTime(wantedAt) >= options.LeaseTtl)
            {
                _wanted.Remove(preparedId);
            }
            else if (await GrainFactory.GetGrain<IShardGrain>(preparedId).TryLeaseAsync(request) is { } lease)
            {
                return lease;
            }
        }

        return null;
    }
}
