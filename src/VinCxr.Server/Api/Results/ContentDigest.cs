using Microsoft.AspNetCore.Http;
using VinCxr.Core;

namespace VinCxr.Server.Api.Results;

/// <summary>What a sender says of the content it sends: <c>Repr-Digest: sha-256=:base64:</c> (RFC 9530).</summary>
internal static class ContentDigest
{
    public const string Header = "Repr-Digest";

    private const string Algorithm = "sha-256=:";
    private const int Bytes = 32;

    /// <returns>Lower-case hex sha256, or null where nothing is said with this algorithm.</returns>
    /// <exception cref="InvalidInputException">It is not what the RFC writes.</exception>
    public static string? Sha256Of(HttpRequest request)
    {
        foreach (string member in request.Headers[Header].SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            if (!member.StartsWith(Algorithm, StringComparison.Ordinal))
            {
                continue;
            }

            byte[] digest = new byte[Bytes];
            return member.EndsWith(':') && Convert.TryFromBase64String(member[Algorithm.Length..^1], digest, out int length) && length == Bytes
                ? Convert.ToHexStringLower(digest)
                : throw new InvalidInputException($"{Header} is not {Algorithm}BASE64: of {Bytes} bytes");
        }

        return null;
    }
}
