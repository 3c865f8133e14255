using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace VinCxr.Server.Webhooks;

/// <summary>
/// Says who sent a body and when: <c>t=SECONDS,v1=HEX</c>, where HEX is the HMAC-SHA256 of <c>SECONDS.BODY</c> under the shared secret. A receiver that
/// refuses old times cannot be sent a recorded body again.
/// </summary>
internal static class WebhookSignature
{
    public const string Header = "X-VinCxr-Signature";

    /// <param name="body">As it is sent.</param>
    public static string Of(WebhookSecret secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        string seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret.Key);
        hmac.AppendData(Encoding.ASCII.GetBytes($"{seconds}."));
        hmac.AppendData(body);
        return $"t={seconds},v1={Convert.ToHexStringLower(hmac.GetHashAndReset())}";
    }
}
