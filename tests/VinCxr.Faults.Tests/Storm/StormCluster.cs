using VinCxr.Contracts.Nodes;
using VinCxr.MongoServer;
using VinCxr.Server.Hosting;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>
/// One control silo and several GPU silos in processes of their own, over a real redis-server and a MongoDB server, each reached through a proxy that
/// can fail.
/// </summary>
internal sealed class StormCluster : IAsyncDisposable
{
    private readonly MongoTestServer _mongo;
    private readonly FaultProxy _redis;
    private EmbeddedCluster? _client;

    private StormCluster(string folder, SimulatedTrainerCommand trainer, RedisServer redis)
    {
        _mongo = MongoTestServer.Start(0);
        Store = new FaultProxy(new Uri(_mongo.Uri).Port);
        _redis = new FaultProxy(redis.Port);
        DirectUri = $"{_mongo.Uri.TrimEnd('/')}/storm";
        int[] ports = FreePorts.Take(2 * (StormOptions.Agents + 1));
        string logs = Directory.CreateDirectory(Path.Combine(folder, "logs")).FullName;
        Silos =
        [
            .. Enumerable.Range(0, StormOptions.Agents + 1).Select(i =>
            {
                string node = i == 0 ? "control" : $"gpu{i}";
                string[] arguments =
                [
                    "--store", SiloUri, "--clustering", SiloRedis, "--role", i == 0 ? "control" : "gpu", "--urls", "http://127.0.0.1:0",
                    "--silo-port", $"{ports[2 * i]}", "--gateway-port", $"{ports[(2 * i) + 1]}", "--lease-ttl", $"{StormOptions.LeaseTtl.TotalSeconds}",
                    .. i == 0 ? Array.Empty<string>() : ["--node", node, "--slots", $"{StormOptions.SlotsPerAgent}", "--cache", Path.Combine(folder, "cache", node), .. trainer.Options],
                ];
                return new Silo(node, i == 0, arguments, Path.Combine(logs, $"{node}.log")) { SiloPort = ports[2 * i] };
            }),
        ];
    }

    public FaultProxy Store { get; }

    /// <summary>The store past the proxy, for looking at it whatever happens.</summary>
    public string DirectUri { get; }

    public IReadOnlyList<Silo> Silos { get; }

    public EmbeddedCluster Client => _client!;

    private string SiloUri => $"mongodb://127.0.0.1:{Store.Port}/storm";

    private string SiloRedis => $"redis://127.0.0.1:{_redis.Port}";

    public static async Task<StormCluster> StartAsync(
        string folder, SimulatedTrainerCommand trainer, RedisServer redis, Func<string, Task> fill, CancellationToken cancellationToken)
    {
        var cluster = new StormCluster(folder, trainer, redis);
        try
        {
            await fill(cluster.DirectUri);
            foreach (var silo in cluster.Silos)
            {
                silo.Start();
            }

            cluster._client = await EmbeddedCluster.ConnectAsync(
                cluster.DirectUri, new EmbeddedOptions { Clustering = ClusteringAddress.Parse(redis.Address), LockTimeout = TimeSpan.FromMinutes(3) }, cancellationToken);
            await Eventually.ReadAsync(
                () => cluster.Client.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key).ListAsync(), n => n.Length == StormOptions.Agents, "all nodes there",
                cancellationToken, TimeSpan.FromMinutes(2));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks until it is answered: a cluster may still be coming to itself after the last fault.</summary>
    /// <exception cref="TimeoutException">Nobody answered for a minute.</exception>
    public async Task<T> AskAsync<T>(Func<IGrainFactory, Task<T>> question, CancellationToken cancellationToken)
        where T : class
    {
        var answer = await Eventually.ReadAsync(
            async () =>
            {
                try
                {
                    return await question(Client.Grains);
                }
                catch (Exception error) when (error is OrleansException or TimeoutException)
                {
                    return null;
                }
            },
            a => a is not null, "answered", cancellationToken);
        return answer!;
    }

    /// <returns>False when only connections to the store and Redis could be cut, those of all silos.</returns>
    public bool CutConnectionsOf(Silo silo)
    {
        Store.CutAll();
        _redis.CutAll();
        return Signals.CutConnectionsOf(silo.SiloPort);
    }

    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        foreach (var silo in Silos)
        {
            silo.Dispose();
        }

        await Store.DisposeAsync();
        await _redis.DisposeAsync();
        await _mongo.DisposeAsync();
    }
}
