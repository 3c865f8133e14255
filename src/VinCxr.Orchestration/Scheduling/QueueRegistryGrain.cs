using VinCxr.Contracts.Scheduling;
using VinCxr.Core;

namespace VinCxr.Orchestration.Scheduling;

[GrainType("queues")]
internal sealed class QueueRegistryGrain : Grain, IQueueRegistryGrain
{
    private static readonly QueueSettings Default = new("default");

    public Task<QueueSettings[]> ListAsync() => Task.FromResult<QueueSettings[]>([Default]);

    public Task<QueueSettings?> FindAsync(string name) => Task.FromResult(name == Default.Name ? Default : null);

    public Task SetAsync(QueueSettings settings) => throw new NotImplementedException();

    public Task RemoveAsync(string name) => throw new ConflictException($"queue '{name}' cannot be removed");
}
