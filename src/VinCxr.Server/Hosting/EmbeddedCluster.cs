using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration;
using VinCxr.Orchestration.Agents;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Server.Hosting.Seats;

namespace VinCxr.Server.Hosting;

/// <summary>How a command wants to reach the grains.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>An agent to run when no server is there; null hosts the grains without running trials.</summary>
    public AgentSettings? Agent { get; init; }

    /// <summary>Creates the store when there is none.</summary>
    public bool CreateStore { get; init; }

    public TimeSpan LeaseTtl { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait for another command that holds the store to end.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Starts trainers; null starts processes.</summary>
    public ITrainerLauncher? Launcher { get; init; }

    /// <summary>
    /// Where the servers of the store find each other, for a command that must reach them or fail; null asks the store, and hosts the grains here when
    /// nobody serves it.
    /// </summary>
    public ClusteringAddress? Clustering { get; init; }

    /// <summary>Certificates with which silos know this command.</summary>
    public SiloTlsOptions SiloTls { get; init; } = SiloTlsOptions.FromEnvironment();

    /// <summary>
    /// Least severe log level shown on standard error. A command tells what went wrong by itself; what a silo logs while it shuts down under
    /// unfinished background calls, stack traces included, is made up for when the store is opened next.
    /// </summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Critical;
}

/// <summary>
/// A command's way to the grains of a store: through the server that holds it, or in this very process when none does.
/// </summary>
public sealed partial class EmbeddedCluster : IAsyncDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly IHost _host;
    private readonly IStoreHold? _hold;
    private readonly ISharedMembership? _membership;

    private EmbeddedCluster(IHost host, IStore store, IStoreHold? hold, ISharedMembership? membership = null)
    {
        (_host, Store, _hold, _membership) = (host, store, hold, membership);
        Grains = host.Services.GetRequiredService<IGrainFactory>();
    }

    public IGrainFactory Grains { get; }

    public IStore Store { get; }

    /// <summary>True when the grains live in this process.</summary>
    public bool IsEmbedded => _hold is not null;

    /// <exception cref="StoreException">The store does not exist or cannot be reached, or the process that holds it does not answer.</exception>
    /// <exception cref="InvalidInputException">The URI or the agent's settings are wrong.</exception>
    public static async Task<EmbeddedCluster> ConnectAsync(string storeUri, EmbeddedOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EmbeddedOptions();
        if (options.Agent is { } agent && ServeOptionsValidator.Validate(agent) is { Count: > 0 } errors)
        {
            throw new InvalidInputException("options of the agent", errors);
        }

        var store = await StoreFactory.OpenAsync(storeUri, options.CreateStore, cancellationToken);
        try
        {
            return await ConnectAsync(store, options, cancellationToken);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await DisposeHostAsync(_host);
        if (_hold is not null)
        {
            await _hold.DisposeAsync();
        }

        if (_membership is not null)
        {
            await _membership.DisposeAsync();
        }

        await Store.DisposeAsync();
    }

    private static async Task<EmbeddedCluster> ConnectAsync(IStore store, EmbeddedOptions options, CancellationToken cancellationToken)
    {
        var seat = StoreSeats.Of(store, TimeProvider.System);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.LockTimeout);
        if (options.Clustering is { Kind: not ClusteringKind.Localhost } asked)
        {
            return await JoinSharedAsync(store, asked, () => Task.FromResult(true), options, cancellationToken)
                ?? throw new StoreException(NobodyIn(store, $"{asked}", options));
        }

        while (true)
        {
            if (await seat.TryTakeAsync(cancellationToken) is { } taken)
            {
                return await HostAsync(store, options, taken, cancellationToken);
            }

            var server = await seat.ReadAsync(cancellationToken);
            if (server is { IsNear: false })
            {
                throw new StoreException($"store '{store.Uri}' is served by process {server.Pid} on '{server.Host}', which cannot be reached from here; run this command there");
            }

            if (server is { Clustering: { } clustering })
            {
                // Embedding must wait until the last of those silos is gone, however it went.
                var address = ClusteringAddress.Parse(clustering);
                if (await JoinSharedAsync(store, address, () => IsServedThroughAsync(seat, clustering, cancellationToken), options, cancellationToken) is { } shared)
                {
                    return shared;
                }

                if (timeout.IsCancellationRequested)
                {
                    throw new StoreException(NobodyIn(store, clustering, options));
                }
            }
            else if (server is { IsLasting: true } && await TryJoinAsync(store, server.Identity, null, options, client => client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, server.GatewayPort)), timeout.Token) is { } joined)
            {
                return joined;
            }

            try
            {
                await Task.Delay(RetryInterval, timeout.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new StoreException(
                    $"store '{store.Uri}' is held by {(server is null ? "another process" : $"process {server.Pid}")} that did not answer within "
                    + $"{options.LockTimeout.TotalSeconds:0} s; wait for it or end it");
            }
        }
    }

    private static async Task<EmbeddedCluster> HostAsync(IStore store, EmbeddedOptions options, IStoreHold hold, CancellationToken cancellationToken)
    {
        IHost? host = null;
        try
        {
            var silo = SiloSettings.OnFreePorts("embedded", options.Agent?.Name ?? "command") with { Tls = SiloTls.Load(options.SiloTls) };
            hold.Lost.Register(() => silo.Fate.Declare("another process has taken the store"));
            var builder = CreateBuilder(options.LogLevel);
            var cluster = new OrchestrationOptions { LeaseTtl = options.LeaseTtl };
            silo.AddTo(builder, store, cluster, options.Agent, options.Launcher);

            // A silo that lives for one command has nothing to tell the person who typed it.
            builder.Logging.AddFilter("Orleans", options.LogLevel).AddFilter("Microsoft.Orleans", options.LogLevel).AddFilter("Polly", options.LogLevel);
            host = builder.Build();
            await host.StartAsync(cancellationToken);
            await hold.AnnounceAsync(silo.Describe("embedded", options.Agent is not null, []));
            return new EmbeddedCluster(host, store, hold);
        }
        catch
        {
            await DisposeHostAsync(host);
            await hold.DisposeAsync();
            throw;
        }
    }

    private static HostApplicationBuilder CreateBuilder(LogLevel level)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(level);
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return builder;
    }

    private static async Task DisposeHostAsync(IHost? host)
    {
        switch (host)
        {
            case IAsyncDisposable asynchronous:
                await asynchronous.DisposeAsync();
                break;
            default:
                host?.Dispose();
                break;
        }
    }
}
