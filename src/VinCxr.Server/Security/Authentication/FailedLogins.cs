using System.Net;
using System.Threading.RateLimiting;
using VinCxr.Server.Security.Hardening;

namespace VinCxr.Server.Security.Authentication;

/// <summary>Counts wrong keys by address, so that guessing costs time and never the store's.</summary>
internal sealed class FailedLogins(LimitOptions limits) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _failures = PartitionedRateLimiter.Create<string, string>(address =>
        // No bucket: a fraction of a token would do for a try that takes none.
        RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = limits.FailedLoginsPerMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    /// <returns>False once an address has shown too many wrong keys.</returns>
    public bool MayTry(IPAddress? address)
    {
        using var lease = _failures.AttemptAcquire(RateLimits.KeyOf(address), 0);
        return lease.IsAcquired;
    }

    public void Count(IPAddress? address) => _failures.AttemptAcquire(RateLimits.KeyOf(address)).Dispose();

    public void Dispose() => _failures.Dispose();
}
