using System.Text.Json;
using VinCxr.Contracts.Sweeps;
using VinCxr.Server.Hosting;
using VinCxr.Server.Webhooks;
using VinCxr.Testing;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Webhooks;

/// <summary>The whole server, as <c>vincxr serve --webhook</c> starts it.</summary>
public sealed class WebhookServeTests
{
    [Fact]
    public async Task Sweeps_that_finish_and_sweeps_that_are_cancelled_are_told_of()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var server = new HookedServer(receiver.Url);
        await server.InitializeAsync();
        string cancelled = (await server.SubmitAsync(ApiServer.Yaml("long", epochs: 10_000))).Id;
        using (var response = await server.Client.PostAsync($"sweeps/{cancelled}/cancel", null, TestContext.Current.CancellationToken))
        {
            response.EnsureSuccessStatusCode();
        }

        await Eventually.ReadAsync(() => Task.FromResult(receiver.Requests), r => r.Count >= 2, "told of both", TestContext.Current.CancellationToken);
        Assert.All(receiver.Requests, r => WebhookBench.Verify(r));
        var told = receiver.Requests.Select(r => JsonDocument.Parse(r.Body).RootElement).ToDictionary(
            e => e.GetProperty("sweep").GetProperty("id").GetString()!, e => (Type: e.GetProperty("type").GetString(), State: e.GetProperty("sweep").GetProperty("state").GetString()));
        Assert.Equal(("sweep.succeeded", $"{SweepState.Succeeded}"), told[server.Ended.Id]);
        Assert.Equal(("sweep.cancelled", $"{SweepState.Cancelled}"), told[cancelled]);
    }

    private sealed class HookedServer(string url) : ApiServer
    {
        private readonly TempDirectory _secrets = new();

        protected override ServeOptions Configure(ServeOptions options)
        {
            string file = _secrets.File("secret");
            File.WriteAllText(file, WebhookBench.Secret);
            return options with { Webhooks = new WebhookOptions { Urls = [url], SecretFile = file } };
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _secrets.Dispose();
        }
    }
}
