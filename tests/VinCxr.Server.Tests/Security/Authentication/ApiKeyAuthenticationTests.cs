using System.Net;
using VinCxr.Server.Security;

namespace VinCxr.Server.Tests.Security.Authentication;

public sealed class ApiKeyAuthenticationTests
{
    private const string WhoAmI = "/api/v1/whoami";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("viewer", false)]
    [InlineData("admin", true)]
    public async Task A_key_says_who_calls(string role, bool patients)
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        string key = await server.KeyAsync(role, "ann", patients);
        using var client = server.Client(key);

        string who = await client.GetStringAsync(WhoAmI, Cancel);

        Assert.Equal($$"""{"user":"ann","role":"{{role}}","patients":{{(patients ? "true" : "false")}},"keyId":"{{key.Split('_')[1]}}"}""", who);
        Assert.Equal(patients ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await client.GetAsync("/pictures", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Keys_that_are_none_or_have_ended_let_nobody_in()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        string expired = await server.KeyAsync("admin", days: 0.5);
        string revoked = await server.KeyAsync("admin");
        string good = await server.KeyAsync("admin");
        await server.KeyStore.RevokeAsync(revoked.Split('_')[1], Cancel);
        server.Clock.Advance(TimeSpan.FromHours(12));

        Assert.StartsWith($"key {expired.Split('_')[1]} expired at", await RefusedAsync(server, expired), StringComparison.Ordinal);
        Assert.Equal($"key {revoked.Split('_')[1]} was revoked", await RefusedAsync(server, revoked));

        // The id of a key alone tells nothing about it.
        string wrong = $"vcx_{revoked.Split('_')[1]}_{new string('0', 64)}";
        foreach (string none in new[] { wrong, good[..^1], $"{good}0", "vcx_000000000000_" + new string('0', 64), "hunter2", good.ToUpperInvariant() })
        {
            Assert.Equal("this is not a key of this server", await RefusedAsync(server, none));
        }

        using var client = server.Client(good);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(WhoAmI, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Without_a_key_programs_are_told_and_browsers_sent_to_sign_in()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        using var client = server.Client();
        using var browser = server.Browser();

        var refused = await client.GetAsync(WhoAmI, Cancel);
        Assert.Contains("vincxr key create", await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, refused), StringComparison.Ordinal);
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await browser.GetAsync(WhoAmI, Cancel));
        await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await client.GetAsync("/no/such/page", Cancel));

        var sent = await browser.GetAsync("/?a=b", Cancel);
        Assert.Equal((HttpStatusCode.Redirect, "/login?to=%2F%3Fa%3Db"), (sent.StatusCode, sent.Headers.Location?.ToString()));
        Assert.Equal("ok", await client.GetStringAsync("/healthz", Cancel));
    }

    [Fact]
    public async Task A_revoked_key_opens_nothing_after_five_seconds()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        string key = await server.KeyAsync("admin");
        using var client = server.Client(key);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(WhoAmI, Cancel)).StatusCode);

        await server.KeyStore.RevokeAsync(key.Split('_')[1], Cancel);
        server.Clock.Advance(TimeSpan.FromSeconds(5));

        await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await client.GetAsync(WhoAmI, Cancel));
    }

    [Fact]
    public async Task Guessing_is_stopped_and_leaves_those_with_a_known_key_alone()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys with { Limits = new LimitOptions { FailedLoginsPerMinute = 3 } });
        string key = await server.KeyAsync("viewer");
        string other = await server.KeyAsync("viewer");
        using var client = server.Client(key);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(WhoAmI, Cancel)).StatusCode);
        for (int i = 0; i < 3; i++)
        {
            await RefusedAsync(server, "vcx_000000000000_" + new string('0', 64));
        }

        foreach (string tried in new[] { "vcx_000000000000_" + new string('0', 64), other })
        {
            using var guesser = server.Client(tried);
            var response = await guesser.GetAsync(WhoAmI, Cancel);
            Assert.Contains("too many wrong keys", await HttpAssert.ProblemAsync(HttpStatusCode.TooManyRequests, response), StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromMinutes(1), response.Headers.RetryAfter?.Delta);
        }

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(WhoAmI, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_key_in_the_wrong_place_is_not_looked_at()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        string key = await server.KeyAsync("admin");
        using var client = server.Client();
        using var basic = new HttpRequestMessage(HttpMethod.Get, WhoAmI);
        basic.Headers.TryAddWithoutValidation("Authorization", $"Basic {key}");

        await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await client.GetAsync($"{WhoAmI}?key={key}&access_token={key}", Cancel));
        await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await client.SendAsync(basic, Cancel));
    }

    [Fact]
    public async Task Logs_never_hold_a_key()
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys);
        string good = await server.KeyAsync("admin");
        string revoked = await server.KeyAsync("admin");
        await server.KeyStore.RevokeAsync(revoked.Split('_')[1], Cancel);
        const string Foreign = "eyJhbGciOiJub25lIn0.c2VjcmV0LWZvcmVpZ24tdG9rZW4.";
        using (var client = server.Client(good))
        {
            await client.GetAsync(WhoAmI, Cancel);
            await client.PostAsync("/api/v1/keys", new StringContent("""{"name":"x","role":"viewer"}""", System.Text.Encoding.UTF8, "application/json"), Cancel);
        }

        foreach (string bad in new[] { revoked, good[..^1], Foreign })
        {
            await RefusedAsync(server, bad);
        }

        using var browser = server.Browser();
        foreach (string tried in new[] { good, revoked })
        {
            await Login.LoginTests.SignInAsync(browser, tried);
        }

        Assert.Contains(server.Logs.Lines, l => l.Contains("was revoked", StringComparison.Ordinal));
        foreach (string secret in new[] { good.Split('_')[2], good.Split('_')[2][..^1], revoked.Split('_')[2], Foreign })
        {
            Assert.DoesNotContain(server.Logs.Lines, l => l.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(await server.AuditAsync(), l => $"{l}".Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Without_authentication_everybody_here_is_the_administrator()
    {
        await using var server = await SecureServer.StartAsync(new SecurityOptions());
        using var client = server.Client();

        string who = await client.GetStringAsync(WhoAmI, Cancel);

        Assert.Contains("\"role\":\"admin\",\"patients\":true,\"keyId\":null", who, StringComparison.Ordinal);
        Assert.Contains($"\"user\":\"{Caller.OfThisMachine.User}\"", who, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/pictures", Cancel)).StatusCode);
    }

    private static async Task<string> RefusedAsync(SecureServer server, string key)
    {
        using var client = server.Client(key);
        return await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await client.GetAsync(WhoAmI, Cancel));
    }
}
