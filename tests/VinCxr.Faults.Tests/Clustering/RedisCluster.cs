using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis;
using VinCxr.Server.Hosting;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests.Clustering;

/// <summary>Real servers of one store that meet in a real Redis, and a client that talks to whichever of them is there.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly List<ServeProcess> _servers = [];
    private EmbeddedCluster? _client;

    private RedisCluster(RedisServer redis) => Redis = redis;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public RedisServer Redis { get; }

    public string Store => _folder.File("store");

    public EmbeddedCluster Client => _client!;

    /// <summary>A store with a small data set, and no server yet. Skips the test where there is no Redis.</summary>
    public static async Task<RedisCluster> CreateAsync()
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        var cluster = new RedisCluster(await RedisServer.StartAsync(Cancel));
        string images = cluster._folder.File("images");
        await PhantomGenerator.WriteAsync(new PhantomOptions(8, Size: 64, NormalFraction: 0.25, FindingIds: [3]), images, cancellationToken: Cancel);
        await using var store = await StoreFactory.OpenAsync(cluster.Store, create: true, Cancel);
        await new DatasetIngest(store).RunAsync("phantoms", images, Path.Combine(images, "train.csv"), new IngestOptions(), cancellationToken: Cancel);
        return cluster;
    }

    public async Task<ServeProcess> StartAsync(string role, string node, params string[] more)
    {
        var server = await ServeProcess.StartNodeAsync(Store, role, node, Cancel, ["--clustering", Redis.Address, .. more]);
        _servers.Add(server);
        return server;
    }

    /// <summary>The store alone tells the client where the servers are.</summary>
    public async Task ConnectAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        _client = await EmbeddedCluster.ConnectAsync(Store, cancellationToken: Cancel);
        Assert.False(_client.IsEmbedded);
    }

    /// <summary>A sweep of one variant on two folds.</summary>
    public async Task<string> SubmitAsync(int epochs) => (await Client.Grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).SubmitAsync(new SubmitSweep(
        $$"""
        name: clustered
        dataset: phantoms
        preprocess: {size: 64}
        folds: {count: 2, seed: 1}
        model: {variant: n, image_size: 64}
        train: {epochs: {{epochs}}, batch: 4, warmup_epochs: 0}
        """))).Id;

    public Task<TrialDetails> TrialWhenAsync(string id, Func<TrialDetails, bool> wanted, string what) =>
        WhenAsync(() => Client.Grains.GetGrain<ITrialGrain>(id).GetAsync(), wanted, what);

    public Task<SweepDetails> EndOfAsync(string id) =>
        WhenAsync(() => Client.Grains.GetGrain<ISweepGrain>(id).GetAsync(), s => s.Summary.EndedAt is not null, "ended");

    public Task<string[]> NodesWhenAsync(params string[] names) => WhenAsync(
        async () => (await Client.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key).ListAsync()).Select(n => n.Name).ToArray(),
        n => n.SequenceEqual(names), $"nodes {string.Join(", ", names)}");

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            server.Dispose();
        }

        if (_client is not null)
        {
            await _client.DisposeAsync();
        }

        Redis.Dispose();
        _folder.Dispose();
    }

    /// <summary>A trial comes into being after its sweep. While a silo is being missed, calls fail or time out; that is for the caller to try again.</summary>
    private static Task<T> WhenAsync<T>(Func<Task<T>> read, Func<T, bool> wanted, string what)
        where T : class => Eventually.ReadAsync(
        async () =>
        {
            try
            {
                return await read();
            }
            catch (Exception error) when (error is OrleansException or TimeoutException or NotFoundException)
            {
                return null;
            }
        },
        value => value is not null && wanted(value), what, Cancel, TimeSpan.FromMinutes(5))!;
}
