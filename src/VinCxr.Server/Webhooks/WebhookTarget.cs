using System.Security.Cryptography;
using System.Text;

namespace VinCxr.Server.Webhooks;

/// <summary>An address that is told. Receivers often put a token into the path or the query, so neither is stored or logged.</summary>
internal sealed record WebhookTarget(Uri Address)
{
    private const int IdLength = 16;

    /// <summary>Names the address in the store: the start of its sha256.</summary>
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Address.AbsoluteUri)))[..IdLength];

    /// <summary>Scheme, host and port.</summary>
    public override string ToString() => Address.GetLeftPart(UriPartial.Authority);

    /// <summary>What may be said of an address that an operator wrote: no user, password or query.</summary>
    public static string Shown(string url)
    {
        string shown = url.Split('?', '#')[0];
        int at = shown.LastIndexOf('@'), start = shown.IndexOf("//", StringComparison.Ordinal);
        return at < 0 ? shown : $"{(start >= 0 && start < at ? shown[..(start + 2)] : "")}***{shown[at..]}";
    }
}
