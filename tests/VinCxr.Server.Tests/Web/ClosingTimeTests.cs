using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using VinCxr.Contracts.Api;
using VinCxr.Server.Hosting;
using VinCxr.Server.Tests.Api.Events;
using VinCxr.Testing;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Web;

public sealed class ClosingTimeTests(ClosingTimeTests.PatientServer server) : IClassFixture<ClosingTimeTests.PatientServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_is_told_to_end_waits_neither_for_watchers_nor_for_open_pages_nor_for_files_on_their_way()
    {
        using var created = await server.Client.PostAsync("datasets/slow/uploads", null, Cancel);
        var upload = await created.Content.ReadFromJsonAsync<UploadInfo>(ApiJson.Options, Cancel);
        using var slow = new TcpClient(server.Address.Host, server.Address.Port);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"PUT /api/v1/datasets/slow/uploads/{upload!.Id}/files/a.dcm HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{new string('a', 100_000)}"), Cancel);
        await Eventually.ReadAsync(
            () => Task.FromResult(Directory.GetFiles(Path.Combine(server.StoreUri, "uploads"), "*", SearchOption.AllDirectories)),
            files => files.Any(f => Path.GetFileName(Path.GetDirectoryName(f)) == "partial"), "arriving", Cancel);
        await using var nodes = SseReader.ReadAsync(server.Client, "nodes/events", null, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await nodes.MoveNextAsync());
        using var page = new ClientWebSocket();
        await page.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/_blazor" }.Uri, Cancel);

        // Bounded by far less than the grace.
        await server.StopAsync();

        // Cut, not ended: a watcher must come back.
        var cut = await Record.ExceptionAsync(async () =>
        {
            while (await nodes.MoveNextAsync())
            {
                Assert.NotEqual("end", nodes.Current.EventType);
            }
        });
        Assert.True(cut is IOException or HttpRequestException, $"{cut}");
        Assert.False(await AnswersAsync(slow));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Client.GetAsync("sweeps", Cancel));
    }

    private static async Task<bool> AnswersAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], Cancel) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>One that may take very long to end in order.</summary>
    public sealed class PatientServer : ApiServer
    {
        protected override ServeOptions Configure(ServeOptions options) => options with { Grace = TimeSpan.FromMinutes(20) };
    }
}
