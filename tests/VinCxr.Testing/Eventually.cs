using System.Diagnostics;

namespace VinCxr.Testing;

/// <summary>Waits for a condition that other threads or processes bring about.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Reads until the value is as wanted; the time limit only ends a test that has failed already.</summary>
    /// <exception cref="TimeoutException">It never was; the message shows the last value.</exception>
    public static async Task<T> ReadAsync<T>(Func<Task<T>> read, Func<T, bool> wanted, string what, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var limit = timeout ?? DefaultTimeout;
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            var value = await read();
            if (wanted(value))
            {
                return value;
            }

            if (watch.Elapsed > limit)
            {
                throw new TimeoutException($"still not {what} after {limit.TotalSeconds:0} s: {value}");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
