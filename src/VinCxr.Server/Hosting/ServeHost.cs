using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration;
using VinCxr.Orchestration.Agents;
using VinCxr.Orchestration.Hosting.Silos;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Server.Hosting.Places;
using VinCxr.Server.Web;
using VinCxr.Server.Webhooks;
using RedisException = StackExchange.Redis.RedisException;

namespace VinCxr.Server.Hosting;

/// <summary>The long-running server: grains, agent and web endpoints of one store.</summary>
public static class ServeHost
{
    /// <summary>Time to end in order once the cluster is gone, or has declared this silo dead: most of what a silo says then goes unheard.</summary>
    private static readonly TimeSpan OrphanGrace = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(1);

    /// <summary>What the runtime may take beyond the grace it was given when the process is to end.</summary>
    private static readonly TimeSpan Overtime = TimeSpan.FromSeconds(5);

    /// <summary>And when the process is to serve on, which it cannot before its old silo has let go of its ports: on a busy machine that takes long.</summary>
    private static readonly TimeSpan OrphanOvertime = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Serves until cancelled. Silos of one machine: the first process of a store starts its cluster, later ones join it; when the first goes away, the
    /// others look for the next, or with role <c>all</c> become it. Silos that meet in a shared table: any may go and come back. A silo that was declared
    /// dead while it lived, as after a freeze, is replaced by a fresh one in this process.
    /// </summary>
    /// <param name="started">Called with the addresses it answers on, once for each silo it starts.</param>
    /// <param name="launcher">Starts trainers; null starts processes.</param>
    /// <exception cref="InvalidInputException">Options are wrong; all mistakes are listed.</exception>
    /// <exception cref="ConflictException">
    /// The store is served already and the role cannot join, there is nothing to join, or another agent has this node's name.
    /// </exception>
    /// <param name="note">Told why this waits for a store or for the table of the silos.</param>
    /// <exception cref="StoreException">
    /// The store or the table of the silos cannot be reached; a store across a network was waited for as long as for a silo to join.
    /// </exception>
    public static async Task RunServeAsync(
        ServeOptions options, Action<IReadOnlyList<string>>? started = null, ITrainerLauncher? launcher = null, Action<string>? note = null,
        CancellationToken cancellationToken = default)
    {
        ServeOptionsValidator.ValidateOrThrow(options);
        long? away = null;
        void Started(IReadOnlyList<string> addresses)
        {
            away = null;
            started?.Invoke(addresses);
        }

        while (true)
        {
            try
            {
                await RunAsync(options, Started, launcher, cancellationToken);
                return;
            }
            catch (StoreException error) when (StoreFactory.IsRemote(options.Store) && IsWithin(options.JoinTimeout, ref away))
            {
                // A silo that starts while the store is away, as after a loss of power, is to serve when it is back.
                note?.Invoke($"{error.Message}; trying again");
                await Task.Delay(StorePause, cancellationToken);
            }
        }
    }

    private static bool IsWithin(TimeSpan limit, ref long? since) =>
        TimeProvider.System.GetElapsedTime(since ??= TimeProvider.System.GetTimestamp()) < limit;

    private static async Task RunAsync(ServeOptions options, Action<IReadOnlyList<string>> started, ITrainerLauncher? launcher, CancellationToken cancellationToken)
    {
        await using var store = await StoreFactory.OpenAsync(options.Store, create: true, cancellationToken);
        await using var places = await PlaceFinding.OpenAsync(options, store, cancellationToken);
        bool goesOn = true;
        while (goesOn)
        {
            await using var place = await places.FindAsync(cancellationToken);
            var end = End.Dead;
            while (end == End.Dead)
            {
                end = await ServeAsync(place, store, options, started, launcher, cancellationToken);
            }

            goesOn = end == End.Orphaned;
        }
    }

    private enum End
    {
        /// <summary>The process is to end.</summary>
        Told,

        /// <summary>The cluster went away and there may be another to serve.</summary>
        Orphaned,

        /// <summary>The cluster is there and has declared this silo dead.</summary>
        Dead,
    }

    /// <summary>One run of a silo.</summary>
    private static async Task<End> ServeAsync(
        IPlace place, IStore store, ServeOptions options, Action<IReadOnlyList<string>> started, ITrainerLauncher? launcher, CancellationToken cancellationToken)
    {
        var silo = place.NewSilo() with { Grace = options.Grace, Tls = SiloTls.Load(options.SiloTls) };
        var app = Build(options, store, silo, launcher);
        silo.Tls?.Logger = app.Logger;
        bool isStopped = true;
        try
        {
            try
            {
                using var alive = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silo.Fate.Dead);
                await StartAsync(app, options, alive.Token);
            }
            catch (Exception) when (silo.Fate.Reason is not null && !cancellationToken.IsCancellationRequested)
            {
                Say(app.Logger, End.Dead, store.Uri, silo.Fate);
                return End.Dead;
            }
            catch (Exception error) when (IsOfTheCluster(error))
            {
                return await place.ExplainAsync(error, cancellationToken) is { } explained ? throw explained : End.Orphaned;
            }

            string[] addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
            await place.AnnounceAsync(silo, addresses);
            started(addresses);
            var end = await WaitAsync(place, silo.Fate, app, cancellationToken);
            if (end == End.Told)
            {
                isStopped = await StopAsync(app, options.Grace, Overtime);
                return end;
            }

            Say(app.Logger, end, store.Uri, silo.Fate);
            var grace = OrphanGrace < options.Grace ? OrphanGrace : options.Grace;
            isStopped = await StopAsync(app, grace, OrphanOvertime);
            return isStopped
                ? end
                : throw new ConflictException(
                    $"the old silo of store '{store.Uri}' could not be stopped within {(grace + OrphanOvertime).TotalSeconds:0} s; start the server again");
        }
        finally
        {
            // What could not be stopped would not let go of its threads either; the process is about to end.
            if (isStopped)
            {
                await app.DisposeAsync();
            }
        }
    }

    private static async Task<End> WaitAsync(IPlace place, SiloFate fate, WebApplication app, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping, fate.Dead);
        bool gone = await place.WaitAsync(ended.Token);
        return cancellationToken.IsCancellationRequested ? End.Told : gone ? End.Orphaned : fate.Reason is not null ? End.Dead : End.Told;
    }

    private static void Say(ILogger logger, End end, string store, SiloFate fate)
    {
        if (end == End.Dead)
        {
            ServeLog.JoiningAgain(logger, store, fate.Reason!);
        }
        else
        {
            ServeLog.ClusterGone(logger, store);
        }
    }

    /// <returns>False when the silo did not stop in time.</returns>
    private static async Task<bool> StopAsync(WebApplication app, TimeSpan grace, TimeSpan overtime)
    {
        using var limit = new CancellationTokenSource(grace);
        try
        {
            await app.StopAsync(limit.Token).WaitAsync(grace + overtime);
            return true;
        }
        catch (TimeoutException)
        {
            ServeLog.LeftInHaste(app.Logger, (grace + overtime).TotalSeconds);
            return false;
        }
    }

    private static WebApplication Build(ServeOptions options, IStore store, SiloSettings silo, ITrainerLauncher? launcher)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting", LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton<IHostLifetime, SignalsAreTheCallers>();
        var cluster = new OrchestrationOptions { LeaseTtl = options.LeaseTtl, PlacementWait = options.PlacementWait };
        silo.AddTo(builder, store, cluster, options.HasAgent ? options.Agent : null, launcher);

        WebServer.AddTo(builder, options);
        builder.Services.AddWebhooks(options.Webhooks);

        var app = builder.Build();
        WebServer.Map(app, options);
        return app;
    }

    /// <summary>Trouble with other silos or with their table, which may pass.</summary>
    private static bool IsOfTheCluster(Exception error) => error is OrleansException or TimeoutException or RedisException;

    private static async Task StartAsync(WebApplication app, ServeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception error) when (IsOfTheCluster(error) || error is VinCxrException or IOException or OperationCanceledException)
        {
            // The silo may be up and others count on it: it leaves in order, and its agent with it.
            try
            {
                await StopAsync(app, OrphanGrace, OrphanOvertime);
            }
            catch (Exception stopping) when (IsOfTheCluster(stopping) || stopping is AggregateException or OperationCanceledException or InvalidOperationException)
            {
                // It had not come far; what counts is why it could not start.
            }

            if (error is not IOException)
            {
                throw;
            }

            throw new ConflictException($"'{options.Urls}' cannot be listened on: {error.Message}; give another address with --urls", error);
        }
    }

    /// <summary>The default would take the second signal, which is to end the process at once, for one more request to end in order.</summary>
    private sealed class SignalsAreTheCallers : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
