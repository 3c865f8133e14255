using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Server.Hosting;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Hosting.Clustering;

/// <summary>Servers of this process that meet in a real Redis.</summary>
public sealed class RedisClusteringTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Grains_leave_a_gpu_silo_when_a_control_silo_comes_and_stay_away_from_it()
    {
        using var folder = new TempDirectory();
        using var redis = await StartRedisAsync();
        await using var gpu = await Server.StartAsync(Options(folder, redis, "gpu", "g"));
        await using var client = await EmbeddedCluster.ConnectAsync(folder.Path, cancellationToken: Cancel);
        Assert.False(client.IsEmbedded);
        Assert.Equal(["gpu"], await HomesWhenAsync(client, homes => homes.Length > 0));

        await using (await Server.StartAsync(Options(folder, redis, "control", "c")))
        {
            Assert.Equal(["control"], await HomesWhenAsync(client, homes => homes is ["control"]));
        }

        Assert.Equal(["gpu"], await HomesWhenAsync(client, homes => homes is ["gpu"]));
    }

    [Fact]
    public async Task Nobody_else_serves_the_store_while_a_cluster_does_and_embedded_commands_come_back_after_it()
    {
        using var folder = new TempDirectory();
        using var redis = await StartRedisAsync();
        await using (await Server.StartAsync(Options(folder, redis, "control", "c")))
        {
            var refused = await Assert.ThrowsAsync<ConflictException>(() => ServeHost.RunServeAsync(Options(folder, redis, "all", "x") with { Clustering = "localhost" }, cancellationToken: Cancel));
            Assert.Contains($"give --clustering {redis.Address}", refused.Message, StringComparison.Ordinal);

            using var other = await StartRedisAsync();
            var elsewhere = await Assert.ThrowsAsync<ConflictException>(() => ServeHost.RunServeAsync(Options(folder, other, "all", "x"), cancellationToken: Cancel));
            Assert.Contains($"is served through {redis.Address}, not {other.Address}", elsewhere.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(folder.File("server.json")));
        await using var embedded = await EmbeddedCluster.ConnectAsync(folder.Path, cancellationToken: Cancel);
        Assert.True(embedded.IsEmbedded);
    }

    [Fact]
    public async Task A_store_served_by_an_embedded_command_is_waited_for_and_a_copied_store_is_another_cluster()
    {
        using var folder = new TempDirectory();
        using var redis = await StartRedisAsync();
        await using (await EmbeddedCluster.ConnectAsync(folder.File("a"), new EmbeddedOptions { CreateStore = true }, Cancel))
        {
            var options = Options(folder, redis, "all", "n") with { Store = folder.File("a"), JoinTimeout = TimeSpan.FromMilliseconds(1) };
            var held = await Assert.ThrowsAsync<ConflictException>(() => ServeHost.RunServeAsync(options, cancellationToken: Cancel));
            Assert.Contains("end that one first", held.Message, StringComparison.Ordinal);
        }

        await (await Server.StartAsync(Options(folder, redis, "all", "n") with { Store = folder.File("a") })).DisposeAsync();
        CopyFolder(folder.File("a"), folder.File("b"));
        await using var first = await Server.StartAsync(Options(folder, redis, "all", "n") with { Store = folder.File("a") });
        await using var second = await Server.StartAsync(Options(folder, redis, "all", "n") with { Store = folder.File("b") });
        Assert.NotEqual(ServerRecord.Read(folder.File("a/server.json"))!.ClusterId, ServerRecord.Read(folder.File("b/server.json"))!.ClusterId);
    }

    [Fact]
    public async Task Commands_that_name_the_table_never_serve_the_store_themselves()
    {
        using var folder = new TempDirectory();
        using var redis = await StartRedisAsync();
        await (await EmbeddedCluster.ConnectAsync(folder.Path, new EmbeddedOptions { CreateStore = true }, Cancel)).DisposeAsync();
        var options = new EmbeddedOptions { Clustering = ClusteringAddress.Parse(redis.Address), LockTimeout = TimeSpan.FromMilliseconds(1) };

        var nobody = await Assert.ThrowsAsync<StoreException>(() => EmbeddedCluster.ConnectAsync(folder.Path, options, Cancel));
        Assert.Contains($"start 'vincxr serve --clustering {redis.Address}'", nobody.Message, StringComparison.Ordinal);

        await using var server = await Server.StartAsync(Options(folder, redis, "control", "c"));
        await using var client = await EmbeddedCluster.ConnectAsync(folder.Path, options with { LockTimeout = TimeSpan.FromSeconds(60) }, Cancel);
        Assert.Empty(await client.Grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).ListAsync());
    }

    [Fact]
    public async Task A_password_is_used_and_never_written_down_and_a_wrong_one_is_refused_at_once()
    {
        using var folder = new TempDirectory();
        using var redis = await StartRedisAsync("se:cret");
        string address = $"redis://:se%3Acret@127.0.0.1:{redis.Port}";
        await using var server = await Server.StartAsync(Options(folder, redis, "control", "c") with { Clustering = address });

        Assert.Equal(redis.Address, ServerRecord.Read(folder.File("server.json"))!.Clustering);
        await using (await EmbeddedCluster.ConnectAsync(folder.Path, new EmbeddedOptions { Clustering = ClusteringAddress.Parse(address) }, Cancel))
        {
        }

        foreach (string? wrong in new[] { null, $"redis://:wrong@127.0.0.1:{redis.Port}" })
        {
            var options = new EmbeddedOptions { Clustering = wrong is null ? null : ClusteringAddress.Parse(wrong) };
            var error = await Assert.ThrowsAsync<StoreException>(() => EmbeddedCluster.ConnectAsync(folder.Path, options, Cancel));
            Assert.StartsWith($"{redis.Address} refuses this user or password", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_redis_that_is_not_there_is_one_clear_error()
    {
        using var folder = new TempDirectory();
        var redis = await StartRedisAsync();
        redis.Stop();

        var error = await Assert.ThrowsAsync<StoreException>(() => ServeHost.RunServeAsync(
            Options(folder, redis, "all", "n") with { JoinTimeout = TimeSpan.FromMilliseconds(1) }, cancellationToken: Cancel));

        Assert.StartsWith($"{redis.Address} cannot be reached", error.Message, StringComparison.Ordinal);
    }

    private static Task<RedisServer> StartRedisAsync(string? password = null)
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        return RedisServer.StartAsync(Cancel, password);
    }

    private static ServeOptions Options(TempDirectory folder, RedisServer redis, string role, string node) => new()
    {
        Store = folder.Path,
        Role = role,
        Clustering = redis.Address,
        Urls = "http://127.0.0.1:0",
        Agent = new AgentSettings { NodeName = node },
    };

    /// <summary>Roles of the silos on which our grains live; asking wakes one of them.</summary>
    private static Task<string[]> HomesWhenAsync(EmbeddedCluster client, Func<string[], bool> wanted) => Eventually.ReadAsync(
        async () =>
        {
            try
            {
                await client.Grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).ListAsync();
                var management = client.Grains.GetGrain<IManagementGrain>(0);
                var names = (await management.GetDetailedHosts(onlyActive: true)).ToDictionary(h => h.SiloAddress, h => h.SiloName.Split(':')[0]);
                var grains = await management.GetDetailedGrainStatistics();
                return [.. grains.Where(g => g.GrainType.StartsWith("VinCxr.", StringComparison.Ordinal)).Select(g => names.GetValueOrDefault(g.SiloAddress, "?")).Distinct().Order()];
            }
            catch (Exception error) when (error is OrleansException or TimeoutException)
            {
                return Array.Empty<string>();
            }
        },
        wanted, "where grains belong", Cancel, TimeSpan.FromMinutes(2));

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Directory.CreateDirectory(Path.Combine(to, "tmp"));
    }

    /// <summary>A server of this process, up until disposed.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        private readonly TaskCompletionSource _started = new();
        private readonly Task _serving;

        private Server(ServeOptions options) =>
            _serving = ServeHost.RunServeAsync(options, _ => _started.TrySetResult(), cancellationToken: _stop.Token);

        public static async Task<Server> StartAsync(ServeOptions options)
        {
            var server = new Server(options);
            await await Task.WhenAny(server._started.Task, server._serving);
            return server;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _serving;
            _stop.Dispose();
        }
    }
}
