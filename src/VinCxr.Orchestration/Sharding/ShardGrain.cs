using VinCxr.Contracts.Sharding;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Sharding;

/// <summary>
/// Hands out missing shards. Leases live in memory: a shard made twice is the same content-addressed blob, so after a restart the only
/// cost of forgetting one is work done twice.
/// </summary>
[GrainType("shards")]
internal sealed class ShardGrain(
    [PersistentState("shards")] IPersistentState<ShardSetDocument> state, IStore store, OrchestrationOptions options, TimeProvider time) : Grain, IShardGrain
{
    private const int MaxFailures = 3;

    private readonly SortedSet<int> _missing = [];
    private readonly Dictionary<int, (long Epoch, long RenewedAt)> _leases = [];
    private long _lastEpoch;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Epochs of an earlier activation must not come back.
        _lastEpoch = time.GetUtcNow().Ticks;
        return FindMissingAsync();
    }

    public async Task<ShardSetStatus> PlanAsync(ShardSetPlan plan)
    {
        if (state.State.Plan is null)
        {
            await state.SaveAsync(new ShardSetDocument { Plan = plan });
            await FindMissingAsync();
        }
        else if (state.State.Error is not null)
        {
            // A new sweep gives a broken set another chance: the store may have been repaired.
            await state.SaveAsync(state.State with { Error = null, Failures = new Dictionary<int, int>() });
        }

        return Status();
    }

    public Task<ShardSetStatus> GetAsync() => Task.FromResult(Status());

    public Task<ShardLease?> TryLeaseAsync(LeaseRequest request)
    {
        foreach (int index in state.State.Error is null ? _missing : [])
        {
            if (!_leases.TryGetValue(index, out var lease) || time.GetElapsedTime(lease.RenewedAt) >= options.LeaseTtl)
            {
                _leases[index] = (++_lastEpoch, time.GetTimestamp());
                return Task.FromResult<ShardLease?>(new ShardLease(Plan(), index, _lastEpoch, options.LeaseTtl));
            }
        }

        return Task.FromResult<ShardLease?>(null);
    }

    public Task RenewAsync(int index, long leaseEpoch)
    {
        _leases[index] = Holds(index, leaseEpoch)
            ? (leaseEpoch, time.GetTimestamp())
            : throw new ConflictException($"lease {leaseEpoch} of shard {index} is stale; stop working on it");
        return Task.CompletedTask;
    }

    public Task CompleteAsync(int index)
    {
        _missing.Remove(index);
        _leases.Remove(index);
        return Task.CompletedTask;
    }

    public async Task FailAsync(int index, long leaseEpoch, string message)
    {
        if (!Holds(index, leaseEpoch))
        {
            return;
        }

        _leases.Remove(index);
        var failures = new Dictionary<int, int>(state.State.Failures);
        failures[index] = failures.GetValueOrDefault(index) + 1;
        string? error = failures[index] >= MaxFailures ? $"shard {index} cannot be made: {message}" : state.State.Error;
        await state.SaveAsync(state.State with { Failures = failures, Error = error });
    }

    public Task ReleaseAsync(int index, long leaseEpoch)
    {
        if (Holds(index, leaseEpoch))
        {
            _leases.Remove(index);
        }

        return Task.CompletedTask;
    }

    private bool Holds(int index, long leaseEpoch) => _leases.TryGetValue(index, out var lease) && lease.Epoch == leaseEpoch;

    private async Task FindMissingAsync()
    {
        if (state.State.Plan is not { } plan)
        {
            return;
        }

        _missing.Clear();
        var key = new PreparedKey(plan.DatasetVersion, StateJson.Read<PreprocessSpec>(plan.PreprocessJson), ImagePreparation.Version);
        var builder = new ShardBuilder(store);
        for (int index = 0; index < plan.Shards; index++)
        {
            if (await builder.FindAsync(key, index) is null)
            {
                _missing.Add(index);
            }
        }
    }

    private ShardSetStatus Status() =>
        state.State.Plan is { } plan ? new ShardSetStatus(plan.Shards - _missing.Count, plan.Shards, state.State.Error) : new ShardSetStatus(0, 0, null);

    private ShardSetPlan Plan() => state.State.Plan ?? throw new NotFoundException($"no prepared set '{this.GetPrimaryKeyString()}'");
}
