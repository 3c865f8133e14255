using System.Net;
using Microsoft.AspNetCore.Http;
using VinCxr.Server.Hosting;
using VinCxr.Server.Security.Hardening;

namespace VinCxr.Server.Security;

/// <summary>Checks who would be let in before anything listens, and reports every mistake.</summary>
internal static class SecurityOptionsValidator
{
    private const int MaxRate = 1_000_000;
    private const long MinBodyBytes = 1 << 10;
    private const long MaxBodyBytes = 1 << 30;

    /// <returns>One line per mistake.</returns>
    public static IEnumerable<string> Validate(ServeOptions options)
    {
        var security = options.Security;
        BindingAddress[] addresses = [.. Addresses(options)];
        if (security is { Auth: AuthMode.None, Insecure: false })
        {
            foreach (var open in addresses.Where(a => !Loopback.IsLocal(a)))
            {
                yield return $"--urls '{open}' would let everybody on the network in as administrator; give --auth keys (see 'vincxr key create'), or --insecure where you trust them all";
            }
        }

        bool hasTls = security.TlsCertificate is not null;
        if (hasTls != security.TlsKey is not null)
        {
            yield return $"--tls-cert '{security.TlsCertificate}' and --tls-key '{security.TlsKey}' go together; give both";
        }

        foreach (var https in addresses.Where(a => a.Scheme == Uri.UriSchemeHttps && !hasTls))
        {
            yield return $"--urls '{https}' is https; give its certificate with --tls-cert and --tls-key";
        }

        foreach (string proxy in security.Proxies.Where(p => !IPNetwork.TryParse(p, out _) && !IPAddress.TryParse(p, out _)))
        {
            yield return $"--proxy '{proxy}' is neither an address nor a network such as 10.0.0.0/8";
        }

        foreach (string host in security.Hosts.Where(h => Uri.CheckHostName(h) == UriHostNameType.Unknown))
        {
            yield return $"--host '{host}' is not a host name";
        }

        foreach (string error in OfLimits(security.Limits).Concat(security.Oidc is { } oidc ? OfOidc(oidc, security.Auth) : []))
        {
            yield return error;
        }
    }

    /// <summary>What can be read of <c>--urls</c>; the rest is reported elsewhere.</summary>
    internal static IEnumerable<BindingAddress> Addresses(ServeOptions options)
    {
        foreach (string url in options.Urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            BindingAddress? address = null;
            try
            {
                address = BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                // No address at all.
            }

            if (address?.Scheme is "http" or "https")
            {
                yield return address;
            }
        }
    }

    private static IEnumerable<string> OfLimits(LimitOptions limits)
    {
        foreach (var (name, value) in new[] { ("--rate", limits.RequestsPerSecond), ("--burst", limits.Burst), ("--failed-logins", limits.FailedLoginsPerMinute) })
        {
            if (value is < 1 or > MaxRate)
            {
                yield return $"{name} {value} is not between 1 and {MaxRate}";
            }
        }

        if (limits.MaxBodyBytes is < MinBodyBytes or > MaxBodyBytes)
        {
            yield return $"--max-body {limits.MaxBodyBytes} is not between {MinBodyBytes} and {MaxBodyBytes} bytes";
        }
    }

    private static IEnumerable<string> OfOidc(OidcOptions oidc, AuthMode auth)
    {
        if (auth == AuthMode.None)
        {
            yield return "--oidc-authority does nothing while --auth none lets everybody in; give --auth keys with it";
        }

        bool isUri = Uri.TryCreate(oidc.Authority, UriKind.Absolute, out var authority);
        if (!isUri || !(authority!.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback)) || authority.UserInfo.Length > 0)
        {
            yield return $"--oidc-authority '{(authority?.UserInfo.Length > 0 ? "***" : oidc.Authority)}' is not an https address of an issuer";
        }

        if (string.IsNullOrWhiteSpace(oidc.Audience ?? oidc.ClientId))
        {
            yield return "--oidc-authority needs --oidc-audience (tokens for the API) or --oidc-client-id (sign-in of browsers)";
        }

        foreach (var (name, claim) in new[] { ("--oidc-role-claim", oidc.RoleClaim), ("--oidc-user-claim", oidc.UserClaim) })
        {
            if (string.IsNullOrWhiteSpace(claim))
            {
                yield return $"{name} is empty; give the name of a claim";
            }
        }
    }
}
