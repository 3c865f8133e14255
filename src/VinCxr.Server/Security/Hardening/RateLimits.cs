using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using VinCxr.Server.Api.Results;

namespace VinCxr.Server.Security.Hardening;

/// <summary>A bucket of requests for each caller.</summary>
internal static class RateLimits
{
    private const int Ipv6PrefixBytes = 8;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public static void Configure(RateLimiterOptions limiter, LimitOptions limits)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => HealthPaths.Contains(context.Request.Path)
            ? RateLimitPartition.GetNoLimiter("health")
            : RateLimitPartition.GetTokenBucketLimiter(KeyOf(context), _ => Bucket(limits)));
        limiter.OnRejected = async (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
            rejected.HttpContext.Response.Headers.RetryAfter = $"{Math.Max(1, Math.Ceiling(wait.TotalSeconds)):0}";
            await Problems.WriteAsync(
                rejected.HttpContext, StatusCodes.Status429TooManyRequests, $"more than {limits.RequestsPerSecond} requests a second; wait a moment");
        };
    }

    /// <summary>An address as one caller: of IPv6 the network, since whoever has one address has all of it.</summary>
    public static string KeyOf(IPAddress? address)
    {
        if (address is null)
        {
            return "local";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(plain.GetAddressBytes().AsSpan(0, Ipv6PrefixBytes)) : plain.ToString();
    }

    private static string KeyOf(HttpContext context) => Caller.Of(context.User) is { } caller ? $"user {caller.User}" : $"address {KeyOf(context.Connection.RemoteIpAddress)}";

    /// <summary>Filled up a tenth of a second at a time, or a request at a time where that would be less than one.</summary>
    private static TokenBucketRateLimiterOptions Bucket(LimitOptions limits)
    {
        int perPeriod = (int)(limits.RequestsPerSecond * Period.TotalSeconds);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = limits.Burst,
            TokensPerPeriod = Math.Max(1, perPeriod),
            ReplenishmentPeriod = perPeriod > 0 ? Period : TimeSpan.FromSeconds(1.0 / limits.RequestsPerSecond),
        };
    }
}
