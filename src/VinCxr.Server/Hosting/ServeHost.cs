using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration;
using VinCxr.Orchestration.Agents;
using VinCxr.Server.Hosting.Seats;

namespace VinCxr.Server.Hosting;

/// <summary>The long-running server: grains, agent and web endpoints of one store.</summary>
public static class ServeHost
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Time to end in order once the primary is gone: most of what a silo says then goes unheard.</summary>
    private static readonly TimeSpan OrphanGrace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Serves until cancelled or told to end by the operating system (SIGTERM, Ctrl+C). The first process of a store starts its cluster, later ones
    /// join it; when the first goes away, the others look for the next, or with role <c>all</c> become it.
    /// </summary>
    /// <param name="started">Called with the addresses it answers on, once for each cluster it starts or joins.</param>
    /// <param name="launcher">Starts trainers; null starts processes.</param>
    /// <exception cref="InvalidInputException">Options are wrong; all mistakes are listed.</exception>
    /// <exception cref="ConflictException">
    /// The store is served already and the role cannot join, there is nothing to join, or another agent has this node's name.
    /// </exception>
    public static async Task RunServeAsync(
        ServeOptions options, Action<IReadOnlyList<string>>? started = null, ITrainerLauncher? launcher = null, CancellationToken cancellationToken = default)
    {
        ServeOptionsValidator.ValidateOrThrow(options);
        await using var store = await StoreFactory.OpenAsync(options.Store, create: true, cancellationToken);
        var seat = StoreSeats.Of(store, TimeProvider.System);
        bool goesOn = true;
        while (goesOn)
        {
            var (hold, primary) = await FindPlaceAsync(seat, store.Uri, options, cancellationToken);
            await using (hold)
            {
                goesOn = await ServeAsync(seat, hold, primary, store, options, started, launcher, cancellationToken);
            }
        }
    }

    /// <summary>Takes the seat, or finds whom to join.</summary>
    private static async Task<(IStoreHold? Hold, ServerRecord? Primary)> FindPlaceAsync(
        IStoreSeat seat, string storeUri, ServeOptions options, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (options.Role != "gpu" && await seat.TryTakeAsync(cancellationToken) is { } hold)
            {
                return (hold, null);
            }

            var holder = await seat.ReadAsync(cancellationToken);
            if (holder is { IsLasting: true, SiloPort: > 0 })
            {
                return options.Role == "control"
                    ? throw new ConflictException($"store '{storeUri}' is served already by process {holder.Pid}; end that one first, or add to it with --role gpu")
                    : holder.IsNear
                        ? (null, holder)
                        : throw new ConflictException($"store '{storeUri}' is served by process {holder.Pid} on '{holder.Host}'; --clustering localhost joins on the same machine only");
            }

            if (TimeProvider.System.GetElapsedTime(start) >= options.JoinTimeout)
            {
                throw new ConflictException(holder is null && options.Role == "gpu"
                    ? $"nobody serves store '{storeUri}' yet, waited {options.JoinTimeout.TotalSeconds:0.#} s; start 'vincxr serve --role all' or '--role control' on it first"
                    : $"store '{storeUri}' is held by {(holder is null ? "another process" : $"process {holder.Pid}")} for longer than {options.JoinTimeout.TotalSeconds:0.#} s; end that one first");
            }

            await Task.Delay(RetryInterval, cancellationToken);
        }
    }

    /// <returns>True when the cluster went away and there may be another to serve.</returns>
    private static async Task<bool> ServeAsync(
        IStoreSeat seat, IStoreHold? hold, ServerRecord? primary, IStore store, ServeOptions options, Action<IReadOnlyList<string>>? started,
        ITrainerLauncher? launcher, CancellationToken cancellationToken)
    {
        var silo = SiloSettings.OnFreePorts(primary);
        await using var app = Build(options, store, silo, launcher);
        try
        {
            await StartAsync(app, options, cancellationToken);
        }
        catch (Exception error) when (primary is not null && error is OrleansException or TimeoutException)
        {
            if ((await seat.ReadAsync(cancellationToken))?.ClusterId != primary!.ClusterId)
            {
                return true;
            }

            throw new ConflictException($"process {primary.Pid}, which serves '{store.Uri}', cannot be joined: {error.Message}", error);
        }

        string[] addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        if (hold is not null)
        {
            await hold.AnnounceAsync(silo.Describe("serve", options.HasAgent, addresses));
        }

        started?.Invoke(addresses);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
        bool orphaned = await (primary is null ? WaitWhileHeldAsync(hold!, ended.Token) : WaitWhileServedAsync(seat, primary, ended.Token));
        using var grace = new CancellationTokenSource();
        if (orphaned)
        {
            ServeLog.ClusterGone(app.Logger, store.Uri);
            grace.CancelAfter(OrphanGrace);
        }

        await app.StopAsync(grace.Token);
        return orphaned;
    }

    /// <returns>True when the seat was lost, false when the process is to end.</returns>
    private static async Task<bool> WaitWhileHeldAsync(IStoreHold hold, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(hold.Lost, ended);
        await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !ended.IsCancellationRequested;
    }

    /// <returns>True when the primary is gone or another one is there, false when the process is to end.</returns>
    private static async Task<bool> WaitWhileServedAsync(IStoreSeat seat, ServerRecord primary, CancellationToken ended)
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

    private static WebApplication Build(ServeOptions options, IStore store, SiloSettings silo, ITrainerLauncher? launcher)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        var cluster = new OrchestrationOptions { LeaseTtl = options.LeaseTtl, PlacementWait = options.PlacementWait, IsSoleOwner = true };
        silo.AddTo(builder, store, cluster, options.HasAgent ? options.Agent : null, launcher);

        var app = builder.Build();
        app.MapGet("/healthz", () => Results.Text("ok"));
        app.MapGet("/readyz", () => ReadyAsync(store));
        return app;
    }

    private static async Task StartAsync(WebApplication app, ServeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception error) when (error is VinCxrException or IOException)
        {
            // The silo is up and others count on it: it leaves in order, and its agent with it.
            using var grace = new CancellationTokenSource(OrphanGrace);
            await app.StopAsync(grace.Token);
            if (error is VinCxrException)
            {
                throw;
            }

            throw new ConflictException($"'{options.Urls}' cannot be listened on: {error.Message}; give another address with --urls", error);
        }
    }

    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult>> ReadyAsync(IStore store)
    {
        try
        {
            await store.Documents.FindAsync("server", "ready");
            return TypedResults.Text("ready");
        }
        catch (StoreException)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
