using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Hosting;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Server.Hosting.Seats;

namespace VinCxr.Server.Hosting;

/// <summary>Connections to silos of other processes.</summary>
public sealed partial class EmbeddedCluster
{
    /// <summary>Connects to a silo of a shared table.</summary>
    /// <param name="isStill">False once the store says that it is not served that way any more.</param>
    /// <returns>A connection, or null when no silo answers in time or <paramref name="isStill"/> says so.</returns>
    /// <exception cref="StoreException">The table cannot be reached, or nobody served the store through one in time.</exception>
    private static async Task<EmbeddedCluster?> JoinSharedAsync(
        IStore store, ClusteringAddress address, Func<Task<bool>> isStill, EmbeddedOptions options, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        ClusterIdentity? identity;
        while ((identity = await ClusterIdentity.FindAsync(store, cancellationToken)) is null)
        {
            // The first silo of the store may be starting at this very moment.
            if (TimeProvider.System.GetElapsedTime(start) >= options.LockTimeout)
            {
                throw new StoreException(NobodyIn(store, $"{address}", options));
            }

            await Task.Delay(RetryInterval, cancellationToken);
        }

        var membership = await SharedMemberships.ConnectAsync(address, options.LockTimeout, cancellationToken);
        EmbeddedCluster? joined = null;
        try
        {
            bool goesOn = true;
            while (joined is null && goesOn)
            {
                // A client without gateways waits for some for ever.
                using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var joining = TryJoinAsync(store, identity, membership, options, membership.AddTo, attempt.Token);
                do
                {
                    await Task.WhenAny(joining, Task.Delay(RetryInterval, cancellationToken));
                    goesOn = TimeProvider.System.GetElapsedTime(start) < options.LockTimeout && await isStill();
                }
                while (goesOn && !joining.IsCompleted);

                if (!goesOn)
                {
                    await attempt.CancelAsync();
                }

                joined = await joining;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            if (joined is null)
            {
                await membership.DisposeAsync();
            }
        }

        return joined;
    }

    private static async Task<bool> IsServedThroughAsync(IStoreSeat seat, string clustering, CancellationToken cancellationToken)
    {
        // The record of silos that were all killed stays until somebody takes the seat.
        if (await seat.TryTakeAsync(cancellationToken) is { } free)
        {
            await free.DisposeAsync();
            return false;
        }

        return (await seat.ReadAsync(cancellationToken))?.Clustering == clustering;
    }

    private static string NobodyIn(IStore store, string clustering, EmbeddedOptions options) =>
        $"no server of store '{store.Uri}' answers in {clustering}, waited up to {options.LockTimeout.TotalSeconds:0} s; start 'vincxr serve --clustering {clustering}' on it first";

    /// <returns>A connection, or null when the server does not answer (yet, or any more).</returns>
    private static async Task<EmbeddedCluster?> TryJoinAsync(
        IStore store, ClusterIdentity cluster, ISharedMembership? membership, EmbeddedOptions options, Action<IClientBuilder> findGateways, CancellationToken cancellationToken)
    {
        var tls = SiloTls.Load(options.SiloTls);
        var builder = CreateBuilder(LogLevel.None);
        builder.UseOrleansClient(client =>
        {
            findGateways(client);
            tls?.AddTo(client);
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster.ClusterId, cluster.ServiceId));

            // Silos come and go; the default looks once a minute.
            client.Configure<GatewayOptions>(o => o.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5));
            client.Services.AddVinCxrExceptions();
        });
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken).WaitAsync(cancellationToken);
            return new EmbeddedCluster(host, store, null, membership);
        }
        catch (Exception error) when (error is OrleansException or TimeoutException or IOException or RedisException or OperationCanceledException)
        {
            await DisposeHostAsync(host);
            return null;
        }
    }
}
