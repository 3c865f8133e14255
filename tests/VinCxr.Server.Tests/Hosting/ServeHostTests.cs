using VinCxr.Contracts.Nodes;
using VinCxr.Core;
using VinCxr.Server.Hosting;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Hosting;

public sealed class ServeHostTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_answers_health_takes_clients_refuses_a_second_and_leaves_nothing_behind()
    {
        using var folder = new TempDirectory();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var addresses = new TaskCompletionSource<IReadOnlyList<string>>();
        var options = new ServeOptions { Store = folder.Path, Urls = "http://127.0.0.1:0" };
        var serving = ServeHost.RunServeAsync(options, addresses.SetResult, cancellationToken: stop.Token);
        string url = (await addresses.Task.WaitAsync(Cancel))[0];

        using var http = new HttpClient();
        Assert.Equal("ok", await http.GetStringAsync($"{url}/healthz", Cancel));
        Assert.Equal("ready", await http.GetStringAsync($"{url}/readyz", Cancel));
        Assert.Equal([url], ServerRecord.Read(folder.File("server.json"))!.Urls);

        await using (var client = await EmbeddedCluster.ConnectAsync(folder.Path, cancellationToken: Cancel))
        {
            Assert.False(client.IsEmbedded);
            var nodes = client.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);
            var node = Assert.Single(await Eventually.ReadAsync(nodes.ListAsync, n => n.Length > 0, "reported", Cancel));
            Assert.Equal((1, "cpu"), (node.Slots, node.Device));
        }

        var refused = await Assert.ThrowsAsync<ConflictException>(() => ServeHost.RunServeAsync(options with { Role = "control" }, cancellationToken: Cancel));
        Assert.Contains($"by process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);

        await stop.CancelAsync();
        await serving;
        Assert.False(File.Exists(folder.File("server.json")));
    }

    [Fact]
    public async Task A_second_one_joins_with_a_node_name_of_its_own_and_outlives_the_first()
    {
        using var folder = new TempDirectory();
        using var stopFirst = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var stopSecond = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var first = new Run(Options(folder, "all", "a"), stopFirst.Token);
        await first.StartedAsync(1);

        var taken = await Assert.ThrowsAsync<ConflictException>(() => ServeHost.RunServeAsync(Options(folder, "gpu", "a"), cancellationToken: Cancel));
        Assert.Contains("node name 'a' is used by another agent", taken.Message, StringComparison.Ordinal);

        var second = new Run(Options(folder, "all", "b"), stopSecond.Token);
        await second.StartedAsync(1);
        await NodesAsync(folder, "a", "b");

        await stopFirst.CancelAsync();
        await first.Serving;
        await second.StartedAsync(2);
        await NodesAsync(folder, "b");
        await stopSecond.CancelAsync();
        await second.Serving;
        Assert.False(File.Exists(folder.File("server.json")));
    }

    [Fact]
    public async Task Role_gpu_without_a_server_to_join_says_so()
    {
        using var folder = new TempDirectory();
        var options = Options(folder, "gpu", "a") with { JoinTimeout = TimeSpan.FromMilliseconds(1) };

        var error = await Assert.ThrowsAsync<ConflictException>(() => ServeHost.RunServeAsync(options, cancellationToken: Cancel));

        Assert.Contains("nobody serves store", error.Message, StringComparison.Ordinal);
        Assert.Contains("--role all", error.Message, StringComparison.Ordinal);
    }

    private static ServeOptions Options(TempDirectory folder, string role, string node) => new()
    {
        Store = folder.Path,
        Role = role,
        Urls = "http://127.0.0.1:0",
        Agent = new AgentSettings { NodeName = node },
    };

    private static async Task NodesAsync(TempDirectory folder, params string[] names) => await Eventually.ReadAsync(
        async () =>
        {
            await using var client = await EmbeddedCluster.ConnectAsync(folder.Path, cancellationToken: Cancel);
            return (await client.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key).ListAsync()).Select(n => n.Name).ToArray();
        },
        n => n.SequenceEqual(names), $"nodes {string.Join(", ", names)}", Cancel, TimeSpan.FromMinutes(2));

    /// <summary>A server in this process that counts the clusters it started or joined.</summary>
    private sealed class Run
    {
        private int _starts;

        public Run(ServeOptions options, CancellationToken stop) =>
            Serving = ServeHost.RunServeAsync(options, _ => Interlocked.Increment(ref _starts), cancellationToken: stop);

        public Task Serving { get; }

        public Task<int> StartedAsync(int times) => Eventually.ReadAsync(
            async () =>
            {
                if (Serving.IsCompleted)
                {
                    await Serving;
                }

                return Volatile.Read(ref _starts);
            },
            s => s >= times, $"started {times} times", Cancel, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task An_address_in_use_is_one_clear_error()
    {
        using var folder = new TempDirectory();
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        string url = $"http://{listener.LocalEndpoint}";

        var error = await Assert.ThrowsAsync<ConflictException>(() => ServeHost.RunServeAsync(new ServeOptions { Store = folder.Path, Urls = url }, cancellationToken: Cancel));

        Assert.Contains(url, error.Message, StringComparison.Ordinal);
        Assert.Contains("--urls", error.Message, StringComparison.Ordinal);
    }
}
