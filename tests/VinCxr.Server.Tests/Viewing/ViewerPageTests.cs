using System.Net;
using System.Text.RegularExpressions;
using VinCxr.Server.Tests.Security;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Viewing;

/// <summary>The files of the page, as browsers get them.</summary>
public sealed partial class ViewerPageTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_the_page_names_is_there_and_of_this_server()
    {
        HashSet<string> seen = [];
        var open = new Queue<string>(["/viewer"]);
        while (open.TryDequeue(out string? path))
        {
            using var response = await server.Client.GetAsync(new Uri(server.Address, path), Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            string expected = Path.GetExtension(path) switch { ".js" => "text/javascript", ".css" => "text/css", _ => "text/html" };
            Assert.Equal(expected, response.Content.Headers.ContentType!.MediaType);
            string text = await response.Content.ReadAsStringAsync(Cancel);
            foreach (Match match in Named().Matches(text))
            {
                string named = new Uri(new Uri(server.Address, "/viewer/"), match.Groups[1].Value).AbsolutePath;
                if (seen.Add(named))
                {
                    open.Enqueue(named);
                }
            }
        }

        Assert.Contains("/viewer/main.js", seen);
        Assert.Contains("/viewer/windowing.js", seen);
        Assert.Contains("/viewer/viewer.css", seen);
    }

    [Fact]
    public async Task Nothing_inline_is_allowed_and_files_are_asked_for_by_tag()
    {
        using var page = await server.Client.GetAsync(new Uri(server.Address, "/viewer"), Cancel);
        string policy = page.Headers.GetValues("Content-Security-Policy").First();
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);

        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/viewer"));
        again.Headers.IfNoneMatch.Add(page.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await server.Client.SendAsync(again, Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("none.js")]
    [InlineData("..%2f..%2fVinCxr.Server.dll")]
    [InlineData("VIEWER.HTML")]
    public async Task Other_names_are_missing(string name)
    {
        using var response = await server.Client.GetAsync(new Uri(server.Address, $"/viewer/{name}"), Cancel);
        await HttpAssert.ProblemAsync(HttpStatusCode.NotFound, response);
    }

    /// <summary>Modules, style sheets and scripts.</summary>
    [GeneratedRegex("""(?:from |src=|href=)"(\.?/[^"#]*\.(?:js|css))"[;> ]""")]
    private static partial Regex Named();
}
