using System.Net;
using VinCxr.Server.Security;
using VinCxr.Server.Tests.Security.Authentication;

namespace VinCxr.Server.Tests.Security.Login;

/// <summary>Sign-in of browsers at an identity provider.</summary>
public sealed class OidcSignInTests : IAsyncLifetime
{
    private TestIssuer _issuer = null!;
    private SecureServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _server = await SecureServer.StartAsync(SecureServer.Keys with { Oidc = new OidcOptions { Authority = _issuer.Url, ClientId = TestIssuer.Client } });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_browser_signs_in_elsewhere_and_comes_back_to_where_it_was()
    {
        _issuer.Claims["roles"] = new[] { "operator" };
        using var browser = _server.Browser();
        Assert.Contains("href=\"/login/oidc?to=%2Fsweeps\"", await browser.GetStringAsync("/login?to=/sweeps", Cancel), StringComparison.Ordinal);

        var back = await FollowAsync(browser, "/login/oidc?to=/sweeps");

        Assert.Equal((HttpStatusCode.Redirect, "/login/done?to=%2Fsweeps"), (back.StatusCode, back.Headers.Location?.ToString()));
        string cookie = Assert.Single(back.Headers.GetValues("Set-Cookie"), c => c.StartsWith("vincxr-session=", StringComparison.Ordinal));
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);

        // By a page of ours: behind the redirect from the provider, the browser would leave the strict cookie out.
        Assert.Contains("content=\"0;url=/sweeps\"", await browser.GetStringAsync(back.Headers.Location, Cancel), StringComparison.Ordinal);
        Assert.Contains("\"user\":\"ann\",\"role\":\"operator\"", await browser.GetStringAsync("/api/v1/whoami", Cancel), StringComparison.Ordinal);
        var line = Assert.Single(await _server.AuditAsync());
        Assert.Equal(("ann", "Login", "done", "127.0.0.1"), (line.User, line.Operation, line.Outcome, line.Address));

        _server.Clock.Advance(TimeSpan.FromHours(8));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/whoami", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Whoever_has_no_role_stays_outside()
    {
        using var browser = _server.Browser();

        var refused = await FollowAsync(browser, "/login/oidc");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("has none of viewer, submitter", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/", Cancel)).StatusCode);
        Assert.Equal("denied", Assert.Single(await _server.AuditAsync()).Outcome);
    }

    [Fact]
    public async Task An_id_token_for_another_client_signs_nobody_in()
    {
        _issuer.Claims["roles"] = "admin";
        _issuer.Audience = "another-client";
        using var browser = _server.Browser();

        var refused = await FollowAsync(browser, "/login/oidc");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("failed", Assert.Single(await _server.AuditAsync()).Outcome);
    }

    [Fact]
    public async Task A_sign_in_that_another_browser_began_is_not_finished_here()
    {
        _issuer.Claims["roles"] = "admin";
        using var mallory = _server.Browser();
        using var victim = _server.Browser();
        var sent = await mallory.GetAsync("/login/oidc", Cancel);
        var answer = await mallory.GetAsync(sent.Headers.Location, Cancel);

        var refused = await victim.GetAsync(answer.Headers.Location, Cancel);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await victim.GetAsync("/api/v1/whoami", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_provider_that_is_away_leaves_the_key_form()
    {
        await _issuer.DisposeAsync();
        using var browser = _server.Browser();

        var page = await browser.GetAsync("/login/oidc", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
        Assert.Contains("does not answer", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await LoginTests.SignInAsync(browser, await _server.KeyAsync("viewer"))).StatusCode);
    }

    /// <summary>To the provider and back, up to the answer of our own server.</summary>
    private async Task<HttpResponseMessage> FollowAsync(HttpClient browser, string path)
    {
        var sent = await browser.GetAsync(path, Cancel);
        Assert.StartsWith(_issuer.Url, sent.Headers.Location!.ToString(), StringComparison.Ordinal);
        var answer = await browser.GetAsync(sent.Headers.Location, Cancel);
        Assert.StartsWith($"{_server.Url}/signin-oidc?", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        return await browser.GetAsync(answer.Headers.Location, Cancel);
    }
}
