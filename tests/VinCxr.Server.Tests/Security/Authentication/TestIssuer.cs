using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace VinCxr.Server.Tests.Security.Authentication;

/// <summary>An OpenID Connect provider of one user: discovery document, keys, authorization code with PKCE.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string Client = "vincxr";

    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _app;
    private (string Code, string Nonce, string Challenge)? _grant;

    private TestIssuer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    /// <summary>What the id token says besides issuer, audience, nonce and times.</summary>
    public Dictionary<string, object> Claims { get; } = new() { ["sub"] = "248289761001", ["preferred_username"] = "ann" };

    /// <summary>The <c>aud</c> of id tokens.</summary>
    public string Audience { get; set; } = Client;

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var issuer = new TestIssuer(builder.Build());
        issuer.Map();
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    /// <summary>A token with the standard claims for <see cref="Client"/> and whatever else; null removes a claim.</summary>
    public string Token(Dictionary<string, object?>? claims = null, string algorithm = "RS256", RSA? key = null)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var payload = new Dictionary<string, object?> { ["iss"] = Url, ["aud"] = Client, ["iat"] = now, ["nbf"] = now - 60, ["exp"] = now + 600 };
        foreach (var (name, value) in claims ?? [])
        {
            payload[name] = value;
        }

        string signed = $"{Json(new Dictionary<string, object?> { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = "1" })}.{Json(payload.Where(p => p.Value is not null).ToDictionary())}";
        byte[] bytes = Encoding.ASCII.GetBytes(signed);
        return $"{signed}." + algorithm switch
        {
            "none" => "",

            // What a careless server checks with the public key that everybody has.
            "HS256" => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem()), bytes)),
            _ => Base64Url.EncodeToString((key ?? _key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
        };
    }

    private static string Json(Dictionary<string, object?> value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private void Map()
    {
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, object>
        {
            ["issuer"] = Url,
            ["jwks_uri"] = $"{Url}/jwks",
            ["authorization_endpoint"] = $"{Url}/authorize",
            ["token_endpoint"] = $"{Url}/token",
            ["response_types_supported"] = new[] { "code" },
            ["subject_types_supported"] = new[] { "public" },
            ["id_token_signing_alg_values_supported"] = new[] { "RS256" },
        }));
        _app.MapGet("/jwks", () =>
        {
            var key = _key.ExportParameters(false);
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "1", alg = "RS256", n = Base64Url.EncodeToString(key.Modulus), e = Base64Url.EncodeToString(key.Exponent) } } });
        });
        _app.MapGet("/authorize", (HttpRequest request) =>
        {
            _grant = (Guid.NewGuid().ToString("N"), request.Query["nonce"]!, request.Query["code_challenge"]!);
            return Results.Redirect($"{request.Query["redirect_uri"]}?code={_grant.Value.Code}&state={Uri.EscapeDataString(request.Query["state"]!)}");
        });
        _app.MapPost("/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            string verifier = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
            return _grant is { } grant && form["code"] == grant.Code && verifier == grant.Challenge
                ? Results.Json(new Dictionary<string, object>
                {
                    ["access_token"] = "opaque",
                    ["token_type"] = "Bearer",
                    ["id_token"] = Token(new Dictionary<string, object?>(Claims.Select(c => KeyValuePair.Create(c.Key, (object?)c.Value))) { ["nonce"] = grant.Nonce, ["aud"] = Audience }),
                })
                : Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        });
    }
}
