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
    private readonly ShardLeases _leases = new(options.LeaseTtl, time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => FindMissingAsync();

    public async Task<ShardSetStatus> PlanAsync(ShardSetPlan plan)
    {
        // Whoever plans a set anew gives a broken one another chance: the store may have been repaired.
        if (state.State.Plan is not { } known || known.Images != plan.Images || state.State.Error is not null)
        {
            await state.SaveAsync(new ShardSetDocument { Plan = plan });
        }

        await FindMissingAsync();
        if (Status().IsComplete)
        {
            _leases.ForgetNodes();
        }

        return Status();
    }

    public Task<ShardSetStatus> GetAsync() => Task.FromResult(Status());

    public Task<ShardSetProgress> GetProgressAsync()
    {
        var plan = Plan();
        int made = plan.Images - _missing.Sum(i => ImagesOf(plan, i));
        return Task.FromResult(new ShardSetProgress(Status(), made + _leases.ImagesInTheMaking, plan.Images, _leases.Nodes()));
    }

    public Task<ShardLease?> TryLeaseAsync(LeaseRequest request)
    {
        foreach (int index in state.State.Error is null ? _missing : [])
        {
            if (_leases.TryTake(index, request) is { } epoch)
            {
                return Task.FromResult<ShardLease?>(new ShardLease(Plan(), index, epoch, options.LeaseTtl));
            }
        }

        return Task.FromResult<ShardLease?>(null);
    }

    public Task RenewAsync(int index, long leaseEpoch)
    {
        _leases.Renew(index, leaseEpoch);
        return Task.CompletedTask;
    }

    public Task ReportAsync(int index, long leaseEpoch, ShardWork work)
    {
        _leases.Renew(index, leaseEpoch, work);
        return Task.CompletedTask;
    }

    public Task CompleteAsync(int index)
    {
        _missing.Remove(index);
        _leases.Complete(index);
        return Task.CompletedTask;
    }

    public async Task FailAsync(int index, long leaseEpoch, string message)
    {
        if (_leases.Holds(index, leaseEpoch))
        {
            _leases.End(index);
            var failures = new Dictionary<int, int>(state.State.Failures);
            failures[index] = failures.GetValueOrDefault(index) + 1;
            string? error = failures[index] >= MaxFailures ? CannotBeMade(index, message) : state.State.Error;
            await state.SaveAsync(state.State with { Failures = failures, Error = error });
        }
    }

    public async Task RefuseAsync(int index, long leaseEpoch, string message)
    {
        if (_leases.Holds(index, leaseEpoch))
        {
            _leases.End(index);
            await state.SaveAsync(state.State with { Error = CannotBeMade(index, message) });
        }
    }

    public async Task<ShardSetStatus> ReportLostAsync(int index)
    {
        var plan = Plan();
        if (!_missing.Contains(index) && index < plan.Shards && await new ShardBuilder(store).FindAsync(KeyOf(plan), index) is null)
        {
            string? error = state.State.Lost.Contains(index)
                ? $"shard {index} of {plan.PreparedId} was damaged again after it had been made anew; check the disk of the store '{store.Uri}'"
                : state.State.Error;
            await state.SaveAsync(state.State with { Lost = [.. state.State.Lost, index], Error = error });
            _missing.Add(index);
        }

        return Status();
    }

    public Task ReleaseAsync(int index, long leaseEpoch)
    {
        if (_leases.Holds(index, leaseEpoch))
        {
            _leases.End(index);
        }

        return Task.CompletedTask;
    }

    private static string CannotBeMade(int index, string message) => $"shard {index} cannot be made: {message}";

    private static int ImagesOf(ShardSetPlan plan, int index) =>
        Math.Clamp(plan.Images - (index * ShardBuilder.ImagesPerShard), 0, ShardBuilder.ImagesPerShard);

    private static PreparedKey KeyOf(ShardSetPlan plan) =>
        new(plan.DatasetVersion, StateJson.Read<PreprocessSpec>(plan.PreprocessJson), ImagePreparation.Version);

    private async Task FindMissingAsync()
    {
        if (state.State.Plan is not { } plan)
        {
            return;
        }

        _missing.Clear();
        var (key, builder) = (KeyOf(plan), new ShardBuilder(store));
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
