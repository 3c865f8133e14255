using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Dashboard;

/// <summary>The first picture of each page, as a real server sends it before a browser's script runs.</summary>
public sealed partial class DashboardPagesTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/sweeps", "Sweeps")]
    [InlineData("/sweeps/ended", "ended")]
    [InlineData("/sweeps/ended/matrix", "ended")]
    [InlineData("/sweeps/ended/curves", "ended")]
    [InlineData("/sweeps/ended/parameters", "ended")]
    [InlineData("/sweeps/ended/leaderboard", "ended")]
    [InlineData("/sweeps/ended/decisions", "ended")]
    [InlineData("/sweeps/ended/file", "ended")]
    [InlineData("/trials/{0}-v0-f1", "v0, fold 1")]
    public async Task Page_has_one_heading_a_title_and_no_script_of_its_own(string path, string heading)
    {
        var (status, page) = await GetAsync(string.Format(null, path, server.Ended.Id));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(heading, Assert.Single(Headings().Matches(page)).Groups[1].Value);
        Assert.Contains(" - VinCxr</title>", page, StringComparison.Ordinal);
        Assert.All(Scripts().Matches(page), script => Assert.Contains("src=\"/", script.Value, StringComparison.Ordinal));
        Assert.DoesNotContain("://", string.Concat(Addresses().Matches(page)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sweeps/nope")]
    [InlineData("/trials/nope-v0-f0")]
    [InlineData("/nowhere")]
    public async Task Unknown_address_is_a_page_that_says_so(string path)
    {
        var (status, page) = await GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("Not found", Assert.Single(Headings().Matches(page)).Groups[1].Value);
    }

    [Fact]
    public async Task Programs_hear_of_unknown_addresses_as_problems()
    {
        using var response = await server.Client.GetAsync("/nowhere", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Leaderboard_and_file_are_in_the_first_picture()
    {
        var (_, board) = await GetAsync("/sweeps/ended/leaderboard");
        var (_, file) = await GetAsync("/sweeps/ended/file");

        Assert.Contains("data-testid=\"leaderboard\"", board, StringComparison.Ordinal);
        Assert.Contains("name: ended", file, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dark", "data-theme=\"dark\"")]
    [InlineData("light", "data-theme=\"light\"")]
    [InlineData("\"><script>", "<html lang=\"en\">")]
    public async Task Chosen_theme_is_known_to_the_first_picture(string cookie, string expected)
    {
        var (_, page) = await GetAsync("/sweeps", cookie);

        Assert.Contains(expected, page, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, string Page)> GetAsync(string path, string? theme = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        if (theme is not null)
        {
            request.Headers.Add("Cookie", $"vincxr-theme={theme}");
        }

        using var response = await server.Client.SendAsync(request, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    [GeneratedRegex("<h1[^>]*>([^<]*)</h1>")]
    private static partial Regex Headings();

    [GeneratedRegex("<script[^>]*>")]
    private static partial Regex Scripts();

    [GeneratedRegex("(src|href)=\"[^\"]*\"")]
    private static partial Regex Addresses();
}
