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

namespace VinCxr.Server.Hosting;

/// <summary>One silo on this machine's loopback, on free ports, so that several stores can be served at once.</summary>
internal sealed record SiloSettings(int SiloPort, int GatewayPort, string ClusterId, string ServiceId)
{
    public static SiloSettings OnFreePorts()
    {
        using var silo = new TcpListener(IPAddress.Loopback, 0);
        using var gateway = new TcpListener(IPAddress.Loopback, 0);
        silo.Start();
        gateway.Start();
        return new SiloSettings(PortOf(silo), PortOf(gateway), $"vincxr-{Guid.NewGuid():N}", "vincxr");
    }

    public ServerRecord Describe(string kind, bool hasAgent, IReadOnlyList<string> urls) =>
        new(Environment.ProcessId, GatewayPort, ClusterId, ServiceId, kind, hasAgent, urls);

    /// <summary>Adds the silo with all grains, and after it the agent if there is one.</summary>
    public void AddTo(IHostApplicationBuilder builder, IStore store, OrchestrationOptions cluster, AgentSettings? agent, ITrainerLauncher? launcher)
    {
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(SiloPort, GatewayPort, null, ServiceId, ClusterId);
            silo.Configure<EndpointOptions>(options => options.AdvertisedIPAddress = IPAddress.Loopback);
            silo.AddVinCxrGrains(store, cluster);
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Orleans", LogLevel.Warning);
        builder.Logging.AddFilter("Polly", LogLevel.Warning);
        if (agent is not null)
        {
            var options = Resolve(agent, store);
            builder.Services.AddVinCxrAgent(options, launcher ?? new ProcessTrainerLauncher(agent.TrainerCommand ?? ProcessTrainerLauncher.DefaultCommand()));
        }
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
        };
    }

    private static string DefaultCache(string storeUri) => StoreLock.DirectoryOf(storeUri) is { } directory
        ? Path.Combine(directory, "cache")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "vincxr", "cache");

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
