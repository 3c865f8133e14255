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

        var refused = await Assert.ThrowsAsync<ConflictException>(() => ServeHost.RunServeAsync(options, cancellationToken: Cancel));
        Assert.Contains($"by process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);

        await stop.CancelAsync();
        await serving;
        Assert.False(File.Exists(folder.File("server.json")));
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
