using System.Net;
using System.Security.Cryptography;
using VinCxr.Server.Security;

namespace VinCxr.Server.Tests.Security.Authentication;

/// <summary>Access tokens of an identity provider.</summary>
public sealed class OidcTokenTests : IAsyncLifetime
{
    private const string WhoAmI = "/api/v1/whoami";
    private const string Audience = "vincxr-api";

    private TestIssuer _issuer = null!;
    private SecureServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Dictionary<string, object?> Good => new() { ["aud"] = Audience, ["sub"] = "24", ["preferred_username"] = "ann", ["roles"] = new[] { "viewer", "operator", "else" } };

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _server = await SecureServer.StartAsync(SecureServer.Keys with { Oidc = new OidcOptions { Authority = _issuer.Url, Audience = Audience } });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_says_who_calls_with_the_highest_of_its_roles()
    {
        Assert.Equal("""{"user":"ann","role":"operator","patients":false,"keyId":null}""", await WhoAsync(_issuer.Token(Good)));
        Assert.Equal(
            """{"user":"24","role":"viewer","patients":true,"keyId":null}""",
            await WhoAsync(_issuer.Token(new(Good) { ["preferred_username"] = null, ["roles"] = new[] { "viewer", "patients" } })));

        // Keys go on beside it.
        Assert.Contains("\"admin\"", await WhoAsync(await _server.KeyAsync("admin")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_that_must_not_be_trusted_let_nobody_in()
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using var stranger = RSA.Create(2048);
        string good = _issuer.Token(Good);
        string[] parts = good.Split('.');
        string forged = _issuer.Token(new(Good) { ["roles"] = "admin" }).Split('.')[1];

        await RefusedAsync("the token is for another audience", _issuer.Token(new(Good) { ["aud"] = "somebody-else" }));
        await RefusedAsync("the token has expired", _issuer.Token(new(Good) { ["nbf"] = now - 900, ["exp"] = now - 300 }));
        const string Untrusted = "the token is not one that this server trusts";
        await RefusedAsync(Untrusted, _issuer.Token(new(Good) { ["exp"] = null }));
        await RefusedAsync(Untrusted, _issuer.Token(new(Good) { ["nbf"] = now + 300 }));
        await RefusedAsync(Untrusted, _issuer.Token(new(Good) { ["iss"] = "https://evil.example" }));
        await RefusedAsync(Untrusted, _issuer.Token(Good, key: stranger));
        await RefusedAsync(Untrusted, _issuer.Token(Good, "none"));
        await RefusedAsync(Untrusted, _issuer.Token(Good, "HS256"));
        await RefusedAsync(Untrusted, $"{parts[0]}.{forged}.{parts[2]}");
        await RefusedAsync(Untrusted, $"{parts[0]}.{parts[1]}.");
        await RefusedAsync(Untrusted, "not.a.token");

        Assert.DoesNotContain(_server.Logs.Lines, l => l.Contains(parts[1], StringComparison.Ordinal) || l.Contains(parts[2], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_without_a_role_or_a_name_is_nobodys()
    {
        await RefusedAsync("the token of 'ann' has none of viewer, submitter, operator, admin in its claim 'roles'", _issuer.Token(new(Good) { ["roles"] = new[] { "patients", "Admin" } }));
        await RefusedAsync("the token's 'preferred_username' is 'a?Set-Cookie: x', which cannot name a user", _issuer.Token(new(Good) { ["preferred_username"] = "a\nSet-Cookie: x" }));
    }

    [Fact]
    public async Task Claims_that_are_named_like_ours_are_not_taken_for_them()
    {
        string token = _issuer.Token(new(Good) { ["roles"] = "viewer", ["vincxr:role"] = "admin", ["vincxr:patients"] = "true", ["vincxr:key"] = "000000000000" });

        Assert.Equal("""{"user":"ann","role":"viewer","patients":false,"keyId":null}""", await WhoAsync(token));
    }

    [Theory]
    [InlineData("realm_access.roles")]
    [InlineData("https://example.org/roles")]
    public async Task Roles_may_lie_in_an_object_or_under_a_name_with_dots(string claim)
    {
        await using var server = await SecureServer.StartAsync(SecureServer.Keys with { Oidc = new OidcOptions { Authority = _issuer.Url, Audience = Audience, RoleClaim = claim } });
        string token = _issuer.Token(new(Good)
        {
            ["roles"] = null,
            ["realm_access"] = new { roles = new object[] { "submitter", 7 } },
            ["https://example.org/roles"] = "submitter",
        });
        using var client = server.Client(token);

        Assert.Contains("\"submitter\"", await client.GetStringAsync(WhoAmI, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_lets_nobody_in_and_keys_go_on()
    {
        string token = _issuer.Token(Good);
        await _issuer.DisposeAsync();

        await RefusedAsync("the token is not one that this server trusts", token);
        Assert.Contains("\"viewer\"", await WhoAsync(await _server.KeyAsync("viewer")), StringComparison.Ordinal);
    }

    private async Task<string> WhoAsync(string token)
    {
        using var client = _server.Client(token);
        return await client.GetStringAsync(WhoAmI, Cancel);
    }

    private async Task RefusedAsync(string reason, string token)
    {
        using var client = _server.Client(token);
        Assert.Equal(reason, await HttpAssert.ProblemAsync(HttpStatusCode.Unauthorized, await client.GetAsync(WhoAmI, Cancel)));
    }
}
