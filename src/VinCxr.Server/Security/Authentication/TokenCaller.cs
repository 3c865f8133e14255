using System.Security.Claims;
using System.Text.Json;
using VinCxr.Core;

namespace VinCxr.Server.Security.Authentication;

/// <summary>Reads who somebody is from the claims of a token that has been checked.</summary>
internal static class TokenCaller
{
    /// <exception cref="AccessDeniedException">The token names no role of ours, or nobody.</exception>
    public static Caller Read(ClaimsPrincipal token, OidcOptions options, string? address, DateTimeOffset until)
    {
        string? user = token.FindFirstValue(options.UserClaim) ?? token.FindFirstValue("sub");
        if (!SafeNames.IsSafe(user))
        {
            throw new AccessDeniedException($"the token's '{options.UserClaim}' is '{SafeNames.Shown(user)}', which cannot name a user");
        }

        string[] values = [.. Values(token, options.RoleClaim)];
        return values.Select(Roles.Find).Max() is { } role
            ? new Caller(user!, role, values.Contains(Policies.Patients), null, address, until)
            : throw new AccessDeniedException($"the token of '{user}' has none of {string.Join(", ", Roles.Names)} in its claim '{options.RoleClaim}'");
    }

    /// <summary>Values of a claim with this very name, or of what the dots of the name lead to.</summary>
    private static IEnumerable<string> Values(ClaimsPrincipal token, string path)
    {
        string[] parts = path.Split('.');
        return [.. token.FindAll(path).Select(c => c.Value), .. token.FindAll(parts[0]).SelectMany(c => parts.Length > 1 ? Inside(c.Value, parts[1..]) : [])];
    }

    private static string[] Inside(string json, IEnumerable<string> path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var element = document.RootElement;
            foreach (string part in path)
            {
                if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(part, out element))
                {
                    return [];
                }
            }

            return Texts(element);
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string[] Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!).ToArray(),
        _ => [],
    };
}
