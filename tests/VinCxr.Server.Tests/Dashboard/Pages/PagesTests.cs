using System.Net;
using System.Net.Http.Headers;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Dashboard.Pages;

/// <summary>The first picture of the pages for submitting, nodes and data sets, by role.</summary>
public sealed class PagesTests(KeyServer server) : IClassFixture<KeyServer>
{
    [Theory]
    [InlineData("/submit", "data-testid=\"sweep-file\"")]
    [InlineData("/nodes", "data-testid=\"drain\"")]
    [InlineData("/nodes", "data-testid=\"nav-ops\"")]
    [InlineData("/datasets", "data-testid=\"dataset-row\"")]
    [InlineData("/datasets/phantoms", "data-testid=\"plot-places\"")]
    public async Task An_administrator_sees_all_of_it(string path, string expected) => Assert.Contains(expected, await GetAsync(path, server.AdminKey!), StringComparison.Ordinal);

    [Fact]
    public async Task A_viewer_submits_nothing_and_drains_nothing()
    {
        string key = (await server.CreateKeyAsync($"pages-{Guid.NewGuid():N}")).Key;

        string submit = await GetAsync("/submit", key);
        Assert.Contains("submitting takes the role submitter", submit, StringComparison.Ordinal);
        Assert.DoesNotContain("sweep-file", submit, StringComparison.Ordinal);
        string nodes = await GetAsync("/nodes", key);
        Assert.Contains("data-testid=\"node\"", nodes, StringComparison.Ordinal);
        Assert.All(new[] { "drain", "nav-submit", "nav-ops" }, id => Assert.DoesNotContain($"data-testid=\"{id}\"", nodes, StringComparison.Ordinal));
    }

    private async Task<string> GetAsync(string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
