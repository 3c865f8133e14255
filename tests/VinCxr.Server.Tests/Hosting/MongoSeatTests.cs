using System.Globalization;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.MongoServer;
using VinCxr.Server.Hosting;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Hosting;

/// <summary>Servers and commands of a MongoDB store, whose seat is a leased document.</summary>
public sealed class MongoSeatTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_that_meet_in_redis_share_the_seat_and_commands_host_the_grains_again_once_it_has_run_out()
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        using var redis = await RedisServer.StartAsync(Cancel);
        using var folder = new TempDirectory();
        await using var mongo = MongoTestServer.Start();
        string store = $"{mongo.Uri}/seats";
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        List<Task> serving = [];
        foreach (var (role, node) in new[] { ("control", "c"), ("gpu", "g") })
        {
            var started = new TaskCompletionSource();
            var options = new ServeOptions
            {
                Store = store,
                Role = role,
                Clustering = redis.Address,
                Urls = "http://127.0.0.1:0",
                Agent = new AgentSettings { NodeName = node, CacheDirectory = folder.File(node) },
            };
            serving.Add(ServeHost.RunServeAsync(options, _ => started.TrySetResult(), cancellationToken: stop.Token));
            await await Task.WhenAny(started.Task, serving[^1]);
        }

        await using (var client = await EmbeddedCluster.ConnectAsync(store, cancellationToken: Cancel))
        {
            Assert.False(client.IsEmbedded);
            Assert.Empty(await Registry(client).ListAsync());
        }

        await stop.CancelAsync();
        await Task.WhenAll(serving);
        await using var embedded = await EmbeddedCluster.ConnectAsync(store, cancellationToken: Cancel);
        Assert.True(embedded.IsEmbedded);
    }

    [Fact]
    public async Task A_server_that_starts_while_its_store_is_away_says_so_and_serves_when_it_is_back()
    {
        using var folder = new TempDirectory();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var before = MongoTestServer.Start();
        int port = int.Parse(before.Address.Split(':')[1], CultureInfo.InvariantCulture);
        await before.DisposeAsync();
        var started = new TaskCompletionSource();
        var missed = new TaskCompletionSource<string>();
        var options = new ServeOptions
        {
            Store = $"mongodb://127.0.0.1:{port}/seats?serverSelectionTimeoutMS=300",
            Role = "control",
            Urls = "http://127.0.0.1:0",
            Agent = new AgentSettings { CacheDirectory = folder.Path },
        };

        var serving = ServeHost.RunServeAsync(options, _ => started.TrySetResult(), note: text => missed.TrySetResult(text), cancellationToken: stop.Token);
        await await Task.WhenAny(missed.Task, serving);
        Assert.Contains("no server answers", await missed.Task, StringComparison.Ordinal);
        await using var mongo = MongoTestServer.Start(port);

        await await Task.WhenAny(started.Task, serving);
        await stop.CancelAsync();
        await serving;
        var gone = await Assert.ThrowsAsync<StoreException>(() => ServeHost.RunServeAsync(
            options with { Store = "mongodb://127.0.0.1:1/seats?serverSelectionTimeoutMS=300", JoinTimeout = TimeSpan.FromMilliseconds(1) }, cancellationToken: Cancel));
        Assert.Contains("no server answers", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_whose_seat_was_taken_stops_calling_its_grains()
    {
        await using var mongo = MongoTestServer.Start();
        string uri = $"{mongo.Uri}/seats";
        await using var cluster = await EmbeddedCluster.ConnectAsync(uri, new EmbeddedOptions { CreateStore = true }, Cancel);
        Assert.Empty(await Registry(cluster).ListAsync());
        await using var store = await StoreFactory.OpenAsync(uri, cancellationToken: Cancel);

        await store.Documents.PutAsync("server", "primary", """{"owner":"another","renewals":0}""", "*", Cancel);

        var error = await Eventually.ReadAsync(
            async () => await Record.ExceptionAsync(Registry(cluster).ListAsync), e => e is SiloUnavailableException, "refused", Cancel);
        Assert.Contains("another process has taken the store", error!.Message, StringComparison.Ordinal);
    }

    private static ISweepRegistryGrain Registry(EmbeddedCluster cluster) => cluster.Grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key);
}
