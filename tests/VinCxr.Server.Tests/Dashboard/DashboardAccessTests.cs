using System.Net;
using System.Net.Http.Headers;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Dashboard;

/// <summary>What pages show to whom.</summary>
public sealed class DashboardAccessTests(KeyServer server) : IClassFixture<KeyServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/sweeps")]
    [InlineData("/sweeps/ended/leaderboard")]
    [InlineData("/nowhere")]
    public async Task Strangers_are_sent_to_sign_in(string path)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var response = await SendAsync(client, path, null);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal($"/login?to={Uri.EscapeDataString(path)}", response.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Who_may_not_steer_sees_no_buttons()
    {
        string path = $"/sweeps/{(await server.SubmitAsync(ApiServer.Yaml("long", epochs: 2000))).Id}";
        string viewer = (await server.CreateKeyAsync("watcher")).Key;
        using var client = new HttpClient();

        using var seen = await SendAsync(client, path, viewer);
        using var steered = await SendAsync(client, path, server.AdminKey);

        Assert.DoesNotContain("data-testid=\"cancel\"", await seen.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains("data-testid=\"cancel\"", await steered.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await client.SendAsync(request, Cancel);
    }
}
