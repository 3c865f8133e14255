using VinCxr.Server.Hosting;
#if AZURECLUSTERING
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using VinCxr.Contracts.Nodes;
using VinCxr.Server.Hosting.Clustering;
using VinCxr.Testing;
#endif

namespace VinCxr.Server.Tests.Hosting.Clustering;

/// <summary>
/// What azure lacks; and with the flavour, servers that meet in a table of Azurite, whose <c>azurite-table</c> is found on PATH or named by
/// <c>VINCXR_TEST_AZURITE</c>.
/// </summary>
public sealed class AzureClusteringTests
{
    [Fact]
    public void Azure_says_what_it_lacks() => Assert.Matches(
        "^--clustering azure (is not in this build; build with -p:AzureClustering=true|needs the connection string of a storage account in VINCXR_AZURE_STORAGE)",
        Assert.Single(ServeOptionsValidator.Validate(new ServeOptions { Store = "x", Clustering = "azure" })));

#if AZURECLUSTERING
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_bad_connection_string_is_not_quoted()
    {
        using var secret = new Secret("AccountKey=hunter2");
        string error = Assert.Single(ServeOptionsValidator.Validate(new ServeOptions { Store = "x", Clustering = "azure" }));
        Assert.StartsWith(AzureMembership.Variable, error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_servers_meet_in_a_table_and_a_client_finds_them_by_the_store()
    {
        string? program = Environment.GetEnvironmentVariable("VINCXR_TEST_AZURITE") ?? (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator).Select(f => Path.Combine(f, "azurite-table")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "no azurite-table on PATH and VINCXR_TEST_AZURITE is not set");
        using var folder = new TempDirectory();
        int port = FreePort();
        using var azurite = Process.Start(
            program, ["--silent", "--tableHost", "127.0.0.1", "--tablePort", $"{port}", "--location", folder.File("azurite"), "--skipApiVersionCheck", "--disableTelemetry"]);
        using var secret = new Secret(
            "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
            + $"TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;");
        try
        {
            var options = new ServeOptions { Store = folder.File("store"), Clustering = "azure", Urls = "http://127.0.0.1:0" };
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var started = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
            Task[] serving =
            [
                .. new[] { ("control", "c"), ("gpu", "g") }.Select((r, i) => ServeHost.RunServeAsync(
                    options with { Role = r.Item1, Agent = new AgentSettings { NodeName = r.Item2 } }, _ => started[i].TrySetResult(), cancellationToken: stop.Token)),
            ];
            await await Task.WhenAny(Task.WhenAll(started.Select(s => s.Task)), Task.WhenAll(serving));
            await using (var client = await EmbeddedCluster.ConnectAsync(options.Store, cancellationToken: Cancel))
            {
                var nodes = client.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);
                Assert.Equal("g", Assert.Single(await Eventually.ReadAsync(nodes.ListAsync, n => n.Length > 0, "reported", Cancel)).Name);
            }

            await stop.CancelAsync();
            await Task.WhenAll(serving);
        }
        finally
        {
            azurite.Kill(entireProcessTree: true);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class Secret : IDisposable
    {
        public Secret(string text) => Environment.SetEnvironmentVariable(AzureMembership.Variable, text);

        public void Dispose() => Environment.SetEnvironmentVariable(AzureMembership.Variable, null);
    }
#endif
}
