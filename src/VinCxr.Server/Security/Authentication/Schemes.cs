using Microsoft.AspNetCore.Http;
using VinCxr.Server.Security.Keys;

namespace VinCxr.Server.Security.Authentication;

/// <summary>Ways in which a caller can be recognised.</summary>
internal static class Schemes
{
    /// <summary>Picks one of the others for a request.</summary>
    public const string Any = "vincxr";

    public const string Local = "local";
    public const string Key = "key";
    public const string Session = "session";

    /// <summary>Access tokens of an identity provider.</summary>
    public const string Token = "token";

    /// <summary>Sign-in of browsers at an identity provider.</summary>
    public const string Oidc = "oidc";

    private const string Bearer = "Bearer ";

    /// <returns>The bearer token of a request, or null.</returns>
    public static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : null;

    /// <summary>A request that carries any credentials is judged by these, never by a cookie that comes along.</summary>
    public static string Choose(HttpRequest request, bool hasTokens)
    {
        if (request.Headers.Authorization.Count == 0)
        {
            return Session;
        }

        return hasTokens && TokenOf(request) is { } token && !token.StartsWith(ApiKeyToken.Prefix, StringComparison.Ordinal) ? Token : Key;
    }
}
