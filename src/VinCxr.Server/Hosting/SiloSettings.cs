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
using VinCxr.Orchestration.Hosting.Silos;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Server.Hosting.Seats;

namespace VinCxr.Server.Hosting;

/// <summary>One run of a silo: where it listens, whom it belongs to, and its fate.</summary>
internal sealed record SiloSettings
{
    /// <summary>A silo that was killed a moment ago has to be found dead before another can join.</summary>
    private static readonly TimeSpan MinJoinTime = TimeSpan.FromSeconds(30);

    /// <summary>Of the membership, see <see cref="SiloName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Address that other silos and clients reach it by.</summary>
    public required IPAddress Address { get; init; }

    public required int SiloPort { get; init; }

    public required int GatewayPort { get; init; }

    public required ClusterIdentity Cluster { get; init; }

    /// <summary>Silo port of the cluster's first silo on this machine; null when this is the first, or when they meet in <see cref="Membership"/>.</summary>
    public int? PrimaryPort { get; init; }

    /// <summary>The shared table, or null for silos of one machine.</summary>
    public ISharedMembership? Membership { get; init; }

    /// <summary>Time to try to join.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time to end in order.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Certificates for its traffic, or null to leave it open.</summary>
    public SiloTls? Tls { get; init; }

    public SiloFate Fate { get; } = new();

    /// <summary>A first silo on the loopback, or with <paramref name="primary"/> one more of its cluster.</summary>
    public static SiloSettings OnFreePorts(string role, string node, ServerRecord? primary = null)
    {
        var (silo, gateway) = Ports(IPAddress.Loopback, 0, 0);
        return new SiloSettings
        {
            Name = SiloName.Create(role, node),
            Address = IPAddress.Loopback,
            SiloPort = silo,
            GatewayPort = gateway,
            Cluster = primary is null ? new ClusterIdentity($"vincxr-{Guid.NewGuid():N}", "vincxr") : new ClusterIdentity(primary.ClusterId, primary.ServiceId),
            PrimaryPort = primary?.SiloPort,
        };
    }

    /// <summary>A silo among others that meet in a table.</summary>
    public static SiloSettings Shared(ServeOptions options, ISharedMembership membership, ClusterIdentity cluster, IPAddress address)
    {
        var (silo, gateway) = Ports(address, options.SiloPort, options.GatewayPort);
        return new SiloSettings
        {
            Name = SiloName.Create(options.Role, options.Agent.Name),
            Address = address,
            SiloPort = silo,
            GatewayPort = gateway,
            Cluster = cluster,
            Membership = membership,
            JoinTimeout = options.JoinTimeout,
        };
    }

    public ServerRecord Describe(string kind, bool hasAgent, IReadOnlyList<string> urls) => new(
        Environment.ProcessId, GatewayPort, Cluster.ClusterId, Cluster.ServiceId, kind, hasAgent, urls, SiloPort, Environment.MachineName, Membership?.Address);

    /// <summary>Adds the silo with all grains, and after it the agent if there is one.</summary>
    public void AddTo(IHostApplicationBuilder builder, IStore store, OrchestrationOptions cluster, AgentSettings? agent, ITrainerLauncher? launcher)
    {
        builder.UseOrleans(silo =>
        {
            AddClustering(silo);
            Tls?.AddTo(silo);
            silo.AddVinCxrSilo(Name, Fate);

            // Silos led by one process share its incarnation: no silo of it may take the leases of another's agent for those of a dead process. Silos that
            // meet in a table come and go one by one; a lease there is named after its silo and ends with it or by its ttl.
            silo.AddVinCxrGrains(store, Membership is null
                ? cluster with { Incarnation = Cluster.ClusterId, IsSoleOwner = true }
                : cluster with { Incarnation = Name, IsSoleOwner = false });
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Grace);

        // A silo that dies makes every other write pages of warnings; what people need to know of it, the silo's own services say in a line.
        builder.Logging.AddFilter("Orleans", LogLevel.Error);
        builder.Logging.AddFilter("Orleans.Runtime.MembershipService", LogLevel.Critical);
        builder.Logging.AddFilter("Orleans.Runtime.GrainDirectory", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.Orleans", LogLevel.Error);
        builder.Logging.AddFilter("Polly", LogLevel.Error);
        if (agent is not null)
        {
            var options = Resolve(agent, store);
            KeepThreadsForTheSilo(options.Slots);
            builder.Services.AddVinCxrAgent(options, launcher ?? new ProcessTrainerLauncher(agent.TrainerCommand ?? ProcessTrainerLauncher.DefaultCommand()));
        }
    }

    private void AddClustering(ISiloBuilder silo)
    {
        if (Membership is null)
        {
            var primary = PrimaryPort is { } port ? new IPEndPoint(IPAddress.Loopback, port) : null;
            silo.UseLocalhostClustering(SiloPort, GatewayPort, primary, Cluster.ServiceId, Cluster.ClusterId);
        }
        else
        {
            silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (Cluster.ClusterId, Cluster.ServiceId));
            Membership.AddTo(silo);
        }

        silo.Configure<EndpointOptions>(options =>
        {
            (options.AdvertisedIPAddress, options.SiloPort, options.GatewayPort) = (Address, SiloPort, GatewayPort);
            if (!IPAddress.IsLoopback(Address))
            {
                // The advertised address may be a translated one that this machine does not have.
                var any = Address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
                (options.SiloListeningEndpoint, options.GatewayListeningEndpoint) = (new IPEndPoint(any, SiloPort), new IPEndPoint(any, GatewayPort));
            }
        });
        silo.Configure<ClusterMembershipOptions>(FindDeadSilosSoon);

        // Where a grain is, silos ask each other. A question that is lost with its connection, or with the silo asked, must not keep a trial out of
        // reach for the default of half a minute.
        silo.Configure<SiloMessagingOptions>(options => options.SystemResponseTimeout = TimeSpan.FromSeconds(4));
    }

    /// <summary>The defaults take a minute to notice a frozen silo.</summary>
    private void FindDeadSilosSoon(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 3;
        options.MaxProbeTimeout = TimeSpan.FromSeconds(4);
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);

        // When several die at once, their votes must soon be missed no more: a silo counts as a voter for three of these.
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.MaxJoinAttemptTime = JoinTimeout < MinJoinTime ? MinJoinTime : JoinTimeout;
    }

    /// <summary>Decoding keeps a pool thread per core busy; probes and renewals must not wait for the pool to grow, or a busy silo looks dead.</summary>
    private static void KeepThreadsForTheSilo(int slots)
    {
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, (2 * Environment.ProcessorCount) + slots + 8), ports);
    }

    private AgentOptions Resolve(AgentSettings agent, IStore store)
    {
        string cache = Path.GetFullPath(agent.CacheDirectory ?? DefaultCache(store.Uri));
        var defaults = new AgentOptions { CacheDirectory = "", WorkDirectory = "" };
        return defaults with
        {
            NodeName = agent.Name,
            AgentId = agent.Id,
            Slots = agent.Slots,
            Device = agent.Device,
            CacheDirectory = Path.Combine(cache, "shards"),
            CacheBytes = agent.CacheBytes,
            WorkDirectory = Path.Combine(cache, "work", agent.Name),
            HangTimeout = agent.HangTimeout,
            SlotMemoryMb = agent.SlotMemoryMb,

            // A checkpoint that is written must still be stored and handed over.
            StopGrace = Grace / 2 < defaults.StopGrace ? Grace / 2 : defaults.StopGrace,
        };
    }

    private static string DefaultCache(string storeUri) => FileStoreSeat.DirectoryOf(storeUri) is { } directory
        ? Path.Combine(directory, "cache")
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "vincxr", "cache");

    /// <param name="silo">0 for a free one, as <paramref name="gateway"/>.</param>
    private static (int Silo, int Gateway) Ports(IPAddress address, int silo, int gateway)
    {
        var any = address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        using var first = new TcpListener(IPAddress.IsLoopback(address) ? address : any, 0);
        using var second = new TcpListener(IPAddress.IsLoopback(address) ? address : any, 0);
        first.Start();
        second.Start();
        return (silo > 0 ? silo : PortOf(first), gateway > 0 ? gateway : PortOf(second));
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
