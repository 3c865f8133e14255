using System.Net;
using System.Net.Http.Headers;
using VinCxr.Contracts.Api;
using VinCxr.Data.Stores;
using VinCxr.Server.Hosting;
using VinCxr.Server.Security.Keys;
using VinCxr.Server.Tests.Security.Login;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Security;

/// <summary>The whole server, as <c>vincxr serve --auth keys</c> starts it.</summary>
public sealed class ServeSecurityTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_and_sessions_outlive_the_server_that_took_them()
    {
        using var folder = new TempDirectory();
        await using var store = await StoreFactory.OpenAsync(folder.Path, create: true, Cancel);
        string key = (await new DocumentApiKeyStore(store.Documents, TimeProvider.System).CreateAsync(new CreateKey("k", "viewer", "ann"), Cancel)).Key;
        using var cookies = new HttpClientHandler { AllowAutoRedirect = false };
        using var program = new HttpClient();
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        await RunAsync(folder, async url =>
        {
            using var browser = new HttpClient(cookies, disposeHandler: false) { BaseAddress = new Uri(url) };
            Assert.Equal(HttpStatusCode.SeeOther, (await LoginTests.SignInAsync(browser, key)).StatusCode);
            Assert.Contains("\"ann\"", await program.GetStringAsync($"{url}/api/v1/whoami", Cancel), StringComparison.Ordinal);
            using var stranger = new HttpClient();
            Assert.Equal("ready", await stranger.GetStringAsync($"{url}/readyz", Cancel));
            await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await stranger.GetAsync($"{url}/api/v1/whoami", Cancel));
        });
        await RunAsync(folder, async url =>
        {
            using var browser = new HttpClient(cookies, disposeHandler: false);
            Assert.Contains("\"ann\"", await browser.GetStringAsync($"{url}/api/v1/whoami", Cancel), StringComparison.Ordinal);
            Assert.Contains("\"ann\"", await program.GetStringAsync($"{url}/api/v1/whoami", Cancel), StringComparison.Ordinal);
        });
    }

    private static async Task RunAsync(TempDirectory folder, Func<string, Task> use)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var addresses = new TaskCompletionSource<IReadOnlyList<string>>();
        var options = new ServeOptions { Store = folder.Path, Role = "control", Urls = "http://127.0.0.1:0", Security = SecureServer.Keys };
        var serving = ServeHost.RunServeAsync(options, addresses.SetResult, cancellationToken: stop.Token);
        try
        {
            await await Task.WhenAny(serving, addresses.Task);
            await use((await addresses.Task.WaitAsync(Cancel))[0]);
        }
        finally
        {
            await stop.CancelAsync();
            await serving;
        }
    }
}
