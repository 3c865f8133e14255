using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using VinCxr.Data.Stores;
using VinCxr.Orchestration;
using VinCxr.Orchestration.Agents;
using VinCxr.Orchestration.Hosting;
using VinCxr.Server.Hosting.Seats;

namespace VinCxr.Server.Hosting;

/// <summary>One silo on this machine's loopback, on free ports, so that several stores can be served at once.</summary>
/// <param name="PrimaryPort">Silo port of the cluster's first silo, or null when this is the first.</param>
internal sealed record SiloSettings(int SiloPort, int GatewayPort, string ClusterId, string ServiceId, int? PrimaryPort = null)
{
    /// <summary>A first silo, or with <paramref name="primary"/> one more of its cluster.</summary>
    public static SiloSettings OnFreePorts(ServerRecord? primary = null)
    {
        using var silo = new TcpListener(IPAddress.Loopback, 0);
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        silo.Start();
        gateway.Start();
        return primary is null
            ? new SiloSettings(PortOf(silo), PortOf(gateway), $"vincxr-{Guid.NewGuid():N}", "vincxr")
            : new SiloSettings(PortOf(silo), PortOf(gateway), primary.ClusterId, primary.ServiceId, primary.SiloPort);
    }

    public ServerRecord Describe(string kind, bool hasAgent, IReadOnlyList<string> urls) =>
        new(Environment.ProcessId, GatewayPort, ClusterId, ServiceId, kind, hasAgent, urls, SiloPort, Environment.MachineName);

    /// <summary>Adds the silo with all grains, and after it the agent if there is one.</summary>
    public void AddTo(IHostApplicationBuilder builder, IStore store, OrchestrationOptions cluster, AgentSettings? agent, ITrainerLauncher? launcher)
    {
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(SiloPort, GatewayPort, PrimaryPort is { } port ? new IPEndPoint(IPAddress.Loopback, port) : null, ServiceId, ClusterId);
            silo.Configure<EndpointOptions>(options => options.AdvertisedIPAddress = IPAddress.Loopback);
            silo.Configure<ClusterMembershipOptions>(FindDeadSilosSoon);

            // One cluster is one incarnation: no silo of it may take the leases of another's agent for those of a dead process.
            silo.AddVinCxrGrains(store, cluster with { Incarnation = ClusterId });
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Polly", LogLevel.Warning);
        if (agent is not null)
        {
            var options = Resolve(agent, store);
            KeepThreadsForTheSilo(options.Slots);
            builder.Services.AddVinCxrAgent(options, launcher ?? new ProcessTrainerLauncher(agent.TrainerCommand ?? ProcessTrainerLauncher.DefaultCommand()));
        }
    }

    /// <summary>The defaults take a minute to notice a frozen silo.</summary>
    private static void FindDeadSilosSoon(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 3;
        options.MaxProbeTimeout = TimeSpan.FromSeconds(4);
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
    }

    /// <summary>Decoding keeps a pool thread per core busy; probes and renewals must not wait for the pool to grow, or a busy silo looks dead.</summary>
    private static void KeepThreadsForTheSilo(int slots)
    {
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, (2 * Environment.ProcessorCount) + slots + 8), ports);
    }

    private static AgentOptions Resolve(AgentSettings agent, IStore store)
    {
        string name = agent.NodeName ?? Environment.MachineName.ToLowerInvariant();
        string cache = Path.GetFullPath(agent.CacheDirectory ?? DefaultCache(store.Uri));
        return new AgentOptions
        {
            NodeName = name,
            Slots = agent.Slots,
            Device = agent.Device,
            CacheDirectory = Path.Combine(cache, "shards"),
            CacheBytes = agent.CacheBytes,
            WorkDirectory = Path.Combine(cache, "work", name),
            HangTimeout = agent.HangTimeout,
            SlotMemoryMb = agent.SlotMemoryMb,
        };
    }

    private static string DefaultCache(string storeUri) => FileStoreSeat.DirectoryOf(storeUri) is { } directory
        ? Path.Combine(directory, "cache")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "vincxr", "cache");

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
