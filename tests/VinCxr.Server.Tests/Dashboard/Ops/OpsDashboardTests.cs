using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using VinCxr.Contracts.Api;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Dashboard.Ops;

public sealed class OpsDashboardTests(KeyServer server) : IClassFixture<KeyServer>
{
    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("viewer", HttpStatusCode.Forbidden)]
    [InlineData("submitter", HttpStatusCode.Forbidden)]
    [InlineData("operator", HttpStatusCode.OK)]
    [InlineData("admin", HttpStatusCode.OK)]
    public async Task It_is_for_operators(string? role, HttpStatusCode expected)
    {
        foreach (string path in new[] { "/ops/", "/ops/index.min.js", "/ops/DashboardCounters" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
            request.Headers.Authorization = role is null ? new AuthenticationHeaderValue("Bearer", "vcx_nobody") : new AuthenticationHeaderValue("Bearer", await KeyAsync(role));
            using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal((path, expected), (path, response.StatusCode));
        }
    }

    [Fact]
    public async Task It_counts_the_grains_of_this_cluster()
    {
        string counters = await server.Client.GetStringAsync(new Uri(server.Address, "/ops/DashboardCounters"), TestContext.Current.CancellationToken);

        Assert.Contains("SweepRegistryGrain", counters, StringComparison.Ordinal);
    }

    private async Task<string> KeyAsync(string role)
    {
        using var response = await server.Client.PostAsJsonAsync("keys", new CreateKey($"ops-{role}-{Guid.NewGuid():N}", role), ApiJson.Options, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<CreatedKey>(ApiJson.Options, TestContext.Current.CancellationToken))!.Key;
    }
}
