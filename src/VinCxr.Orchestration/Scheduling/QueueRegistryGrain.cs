using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Scheduling;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Core.Scheduling;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Scheduling;

/// <summary>Settings are durable; what queues use is in memory, as schedulers repeat it.</summary>
[GrainType("queues")]
internal sealed class QueueRegistryGrain(
    [PersistentState("queues")] IPersistentState<QueueRegistryDocument> state, ILogger<QueueRegistryGrain> logger) : Grain, IQueueRegistryGrain
{
    private readonly Dictionary<string, double> _inUse = new(StringComparer.Ordinal);

    private IReadOnlyList<QueueSettings> Queues => state.State.Queues;

    public Task<QueueSettings[]> ListAsync() => Task.FromResult<QueueSettings[]>(
    [
        .. (Find(QueueRules.Default.Name) is null ? Queues.Append(QueueRules.Default) : Queues).OrderBy(q => q.Name, StringComparer.Ordinal),
    ]);

    public Task<QueueSettings?> FindAsync(string name) => Task.FromResult(Find(name) ?? (name == QueueRules.Default.Name ? QueueRules.Default : null));

    public async Task SetAsync(QueueSettings settings)
    {
        QueueRules.Check(settings);
        await state.SaveAsync(state.State with { Queues = [.. Queues.Where(q => q.Name != settings.Name), settings] });
        await RefreshAsync(settings.Name);
    }

    public async Task RemoveAsync(string name)
    {
        if (name == QueueRules.Default.Name)
        {
            throw new ConflictException($"queue '{name}' cannot be removed: sweeps that name no queue go there");
        }

        if (Find(name) is null)
        {
            throw new NotFoundException($"no queue '{name}', known are {string.Join(", ", (await ListAsync()).Select(q => q.Name))}");
        }

        if ((await GrainFactory.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).GetActiveQueuesAsync()).Contains(name))
        {
            throw new ConflictException($"queue '{name}' has unfinished sweeps; end them first, 'vincxr queue show {name}' lists what waits");
        }

        await state.SaveAsync(state.State with { Queues = [.. Queues.Where(q => q.Name != name)] });
        _inUse.Remove(name);
        await RefreshAsync(name);
    }

    public Task<string[]> TakeTurnsAsync(string[] queues)
    {
        string[] order = [.. QueueTurns.Order(queues.Select(q => new QueueTurn(q, Find(q)?.Weight ?? QueueRules.Default.Weight, _inUse.GetValueOrDefault(q))))];
        if (order.Length > 0)
        {
            _inUse[order[0]] = _inUse.GetValueOrDefault(order[0]) + 1;
        }

        return Task.FromResult(order);
    }

    public Task ReportUseAsync(string queue, double slotsInUse)
    {
        _inUse[queue] = slotsInUse;
        return Task.CompletedTask;
    }

    private QueueSettings? Find(string name) => Queues.FirstOrDefault(q => q.Name == name);

    /// <summary>The settings stand already, and schedulers look for new ones on their own as well: one that cannot be reached changes nothing.</summary>
    private async Task RefreshAsync(string name)
    {
        try
        {
            await GrainFactory.GetGrain<IWorkQueueGrain>(name).RefreshAsync();
        }
        catch (Exception error) when (error is TimeoutException or OrleansException)
        {
            logger.LogWarning(error, "queue {Queue} was not told of its new settings", name);
        }
    }
}
