using VinCxr.Core;
using VinCxr.Server.Hosting.Seats;

namespace VinCxr.Server.Hosting.Places;

/// <summary>Silos of one machine: the first takes the store's seat and leads, the others join it.</summary>
internal sealed class LocalPlaces(IStoreSeat seat, string store, ServeOptions options) : IPlaces
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    public async Task<IPlace> FindAsync(CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (options.Role != "gpu" && await seat.TryTakeAsync(cancellationToken) is { } hold)
            {
                return new Leading(hold, store, options);
            }

            var holder = await seat.ReadAsync(cancellationToken);
            if (holder is { Clustering: { } clustering })
            {
                throw new ConflictException($"store '{store}' is served through {clustering}; give --clustering {clustering}");
            }

            if (holder is { IsLasting: true, SiloPort: > 0 })
            {
                return options.Role == "control"
                    ? throw new ConflictException($"store '{store}' is served already by process {holder.Pid}; end that one first, or add to it with --role gpu")
                    : holder.IsNear
                        ? new Joined(seat, holder, store, options)
                        : throw new ConflictException(
                            $"store '{store}' is served by process {holder.Pid} on '{holder.Host}'; --clustering localhost joins on the same machine only, give redis://host:port to all servers of the store");
            }

            if (TimeProvider.System.GetElapsedTime(start) >= options.JoinTimeout)
            {
                throw new ConflictException(holder is null && options.Role == "gpu"
                    ? $"nobody serves store '{store}' yet, waited {options.JoinTimeout.TotalSeconds:0.#} s; start 'vincxr serve --role all' or '--role control' on it first"
                    : $"store '{store}' is held by {(holder is null ? "another process" : $"process {holder.Pid}")} for longer than {options.JoinTimeout.TotalSeconds:0.#} s; end that one first");
            }

            await Task.Delay(PlaceFinding.RetryInterval, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>This process has the seat.</summary>
    private sealed class Leading(IStoreHold hold, string store, ServeOptions options) : IPlace
    {
        public SiloSettings NewSilo() => SiloSettings.OnFreePorts(options.Role, options.Agent.Name);

        public Task AnnounceAsync(SiloSettings silo, IReadOnlyList<string> urls) => hold.AnnounceAsync(silo.Describe("serve", options.HasAgent, urls));

        public async Task<bool> WaitAsync(CancellationToken ended)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(hold.Lost, ended);
            await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return !ended.IsCancellationRequested;
        }

        public Task<VinCxrException?> ExplainAsync(Exception error, CancellationToken cancellationToken) =>
            Task.FromResult<VinCxrException?>(new ConflictException($"the silo of store '{store}' cannot start: {error.Message}", error));

        public ValueTask DisposeAsync() => hold.DisposeAsync();
    }

    /// <summary>Another process has the seat.</summary>
    private sealed class Joined(IStoreSeat seat, ServerRecord primary, string store, ServeOptions options) : IPlace
    {
        public SiloSettings NewSilo() => SiloSettings.OnFreePorts(options.Role, options.Agent.Name, primary);

        public Task AnnounceAsync(SiloSettings silo, IReadOnlyList<string> urls) => Task.CompletedTask;

        public async Task<bool> WaitAsync(CancellationToken ended)
        {
            int missed = 0;
            while (!ended.IsCancellationRequested)
            {
                await Task.Delay(LookInterval, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                try
                {
                    missed = (await seat.ReadAsync(ended))?.ClusterId == primary.ClusterId ? 0 : missed + 1;
                }
                catch (Exception error) when (error is StoreException or OperationCanceledException)
                {
                    // The store is away, or the process ends: neither says anything of the primary.
                }

                if (missed > 1)
                {
                    return true;
                }
            }

            return false;
        }

        public async Task<VinCxrException?> ExplainAsync(Exception error, CancellationToken cancellationToken) =>
            (await seat.ReadAsync(cancellationToken))?.ClusterId != primary.ClusterId
                ? null
                : new ConflictException($"process {primary.Pid}, which serves '{store}', cannot be joined: {error.Message}; silos of one cluster all have a --silo-cert of one authority, or none", error);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
