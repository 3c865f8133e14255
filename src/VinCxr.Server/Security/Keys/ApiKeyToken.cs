using System.Security.Cryptography;
using System.Text;

namespace VinCxr.Server.Security.Keys;

/// <summary>The text of a key, <c>vcx_ID_SECRET</c>: 12 and 64 lower-case hex digits, so that scanners of leaked secrets can find it.</summary>
internal sealed record ApiKeyToken(string Id, string Secret)
{
    public const string Prefix = "vcx_";

    private const int IdBytes = 6;
    private const int SecretBytes = 32;

    public string Text => $"{Prefix}{Id}_{Secret}";

    public string SecretSha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Secret)));

    public static ApiKeyToken Create() => new(RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true), RandomNumberGenerator.GetHexString(2 * SecretBytes, lowercase: true));

    /// <returns>The parts, or null when the text is not of that form.</returns>
    public static ApiKeyToken? Parse(string? text) =>
        text is not null && text.Length == Prefix.Length + (2 * IdBytes) + 1 + (2 * SecretBytes) && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text[Prefix.Length..].Split('_') is [var id, var secret] && IsId(id) && IsHex(secret)
            ? new ApiKeyToken(id, secret)
            : null;

    public static bool IsId(string? id) => id is { Length: 2 * IdBytes } && IsHex(id);

    /// <summary>Takes as long for a wrong secret as for the right one.</summary>
    public bool Matches(ApiKey key) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(SecretSha256), Encoding.ASCII.GetBytes(key.SecretSha256));

    /// <summary>Leaves the secret out: records end up in logs.</summary>
    public override string ToString() => $"{Prefix}{Id}_…";

    private static bool IsHex(string text) => text.All(char.IsAsciiHexDigitLower);
}
