using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using VinCxr.TestServer;

namespace VinCxr.Server.Tests.Dashboard.Assets;

public sealed partial class EmbeddedAssetsTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_file_that_a_page_names_is_served_and_kept_for_good()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sweeps");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var page = await server.Client.SendAsync(request, Cancel);
        string[] files = [.. Files().Matches(await page.Content.ReadAsStringAsync(Cancel)).Select(m => m.Groups[1].Value)];

        Assert.True(files.Length >= 5, string.Join(' ', files));
        foreach (string file in files)
        {
            using var response = await server.Client.GetAsync(file, Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.Contains(response.Content.Headers.ContentType!.MediaType, new[] { "text/css", "text/javascript", "image/svg+xml" });
            Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_file_that_the_browser_has_is_not_sent_again_and_travels_packed()
    {
        using var plain = await server.Client.GetAsync("/dashboard/app.css", Cancel);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/dashboard/app.css");
        again.Headers.IfNoneMatch.Add(plain.Headers.ETag!);
        using var packed = new HttpRequestMessage(HttpMethod.Get, "/dashboard/app.css");
        packed.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("br"));

        using var unchanged = await server.Client.SendAsync(again, Cancel);
        using var small = await server.Client.SendAsync(packed, Cancel);

        Assert.Equal("no-cache", plain.Headers.CacheControl!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal("br", Assert.Single(small.Content.Headers.ContentEncoding));
        Assert.True(small.Content.Headers.ContentLength < plain.Content.Headers.ContentLength);
    }

    [GeneratedRegex("(?:src|href)=\"(/[^\"]*\\?v=[^\"]*)\"")]
    private static partial Regex Files();
}
