using System.Net;
using Microsoft.AspNetCore.Http;

namespace VinCxr.Server.Security.Hardening;

/// <summary>What only this machine can reach.</summary>
internal static class Loopback
{
    /// <summary>True for addresses on which Kestrel listens to this machine alone; host names other than localhost make it listen on every address.</summary>
    public static bool IsLocal(BindingAddress address) =>
        address.IsUnixPipe || address.IsNamedPipe || IsName(address.Host) || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));

    /// <summary>True for a Host header that a browser cannot be made to send here by somebody else's DNS.</summary>
    public static bool IsHost(string host) => IsName(host) || host is "127.0.0.1" or "[::1]";

    private static bool IsName(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase);
}
