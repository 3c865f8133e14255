using System.Net;
using System.Text.RegularExpressions;

namespace VinCxr.Server.Tests.Security.Login;

public sealed partial class LoginTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_browser_signs_in_with_a_key_and_out_again()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        string key = await server.KeyAsync("viewer", "ann");
        using var browser = server.Browser();

        var signedIn = await SignInAsync(browser, key, "/sweeps?x=1");

        Assert.Equal((HttpStatusCode.SeeOther, "/sweeps?x=1"), (signedIn.StatusCode, signedIn.Headers.Location?.ToString()));
        string cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"), c => c.StartsWith("vincxr-session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(key.Split('_')[2], cookie, StringComparison.Ordinal);
        Assert.Equal("home of ann at 127.0.0.1", await browser.GetStringAsync("/", Cancel));
        Assert.Contains("\"ann\"", await browser.GetStringAsync("/api/v1/whoami", Cancel), StringComparison.Ordinal);

        var signedOut = await browser.PostAsync("/logout", null, Cancel);
        Assert.Equal((HttpStatusCode.SeeOther, "/login"), (signedOut.StatusCode, signedOut.Headers.Location?.ToString()));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/", Cancel)).StatusCode);
        Assert.Equal([("Login", "done", "ann"), ("Logout", "done", "ann")], (await server.AuditAsync()).Select(l => (l.Operation, l.Outcome, l.User!)));
    }

    [Fact]
    public async Task A_wrong_key_shows_the_form_again_and_is_written_down()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var browser = server.Browser();

        var refused = await SignInAsync(browser, "<script>alert(1)</script>");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        string page = await refused.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("this is not a key of this server", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        var line = Assert.Single(await server.AuditAsync());
        Assert.Equal((null, "Login", "denied", "127.0.0.1"), (line.User, line.Operation, line.Outcome, line.Address));
    }

    [Fact]
    public async Task A_form_that_is_not_ours_signs_nobody_in()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        string key = await server.KeyAsync("viewer");
        using var browser = server.Browser();
        using var stranger = server.Browser();
        string token = await TokenAsync(stranger, "/login");

        // No token, and a token without the cookie that goes with it.
        foreach (var fields in new Dictionary<string, string>[] { new() { ["key"] = key }, new() { ["key"] = key, ["__RequestVerificationToken"] = token } })
        {
            var refused = await browser.PostAsync("/login", new FormUrlEncodedContent(fields), Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.DoesNotContain(refused.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [], c => c.StartsWith("vincxr-session=", StringComparison.Ordinal));
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/login", new StringContent(key), Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a\r\nSet-Cookie: x=y")]
    [InlineData("")]
    public async Task Nobody_is_sent_elsewhere(string to)
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var browser = server.Browser();

        var signedIn = await SignInAsync(browser, await server.KeyAsync("viewer"), to);

        Assert.Equal((HttpStatusCode.SeeOther, "/"), (signedIn.StatusCode, signedIn.Headers.Location?.ToString()));
    }

    [Fact]
    public async Task A_session_ends_with_its_key_and_after_eight_hours()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        string key = await server.KeyAsync("viewer");
        using var first = server.Browser();
        using var second = server.Browser();
        await SignInAsync(first, key);
        await SignInAsync(second, await server.KeyAsync("viewer"));
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/", Cancel)).StatusCode);

        await server.KeyStore.RevokeAsync(key.Split('_')[1], Cancel);
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Redirect, (await first.GetAsync("/", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/", Cancel)).StatusCode);

        server.Clock.Advance(TimeSpan.FromHours(8));
        Assert.Equal(HttpStatusCode.Redirect, (await second.GetAsync("/", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_cookie_that_was_tampered_with_is_none()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var client = server.Client();
        client.DefaultRequestHeaders.Add("Cookie", "vincxr-session=CfDJ8AAAAAAAAAAAAAAAAAAAAAA");

        await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await client.GetAsync("/api/v1/whoami", Cancel));
    }

    [Fact]
    public async Task A_link_on_another_site_is_followed_once_more_from_here_so_that_the_cookie_comes_along()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var browser = server.Browser();
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        Assert.Contains("content=\"0;url=/?a=1&amp;b=%22\"", await browser.GetStringAsync("/?a=1&b=%22", Cancel), StringComparison.Ordinal);
        Assert.Contains("content=\"0;url=/\"", await browser.GetStringAsync($"{server.Url}//evil.example", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_that_is_shown_counts_and_not_the_cookie_beside_it()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var browser = server.Browser();
        await SignInAsync(browser, await server.KeyAsync("admin"));
        browser.DefaultRequestHeaders.Authorization = new("Bearer", "vcx_wrong");

        await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await browser.GetAsync("/api/v1/whoami", Cancel));
    }

    /// <summary>Fills in the form as a person would.</summary>
    internal static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string key, string to = "/")
    {
        string token = await TokenAsync(browser, "/login");
        return await browser.PostAsync("/login", new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token, ["key"] = key, ["to"] = to }), Cancel);
    }

    internal static async Task<string> TokenAsync(HttpClient browser, string path) =>
        WebUtility.HtmlDecode(Token().Match(await browser.GetStringAsync(path, Cancel)).Groups[1].Value);

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
