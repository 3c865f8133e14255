using Microsoft.Extensions.Logging;
using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Orchestration.Agents;

/// <summary>
/// Renews a lease on a monotonic clock: every third of its ttl, and at least every two seconds, so that a wish to have it back is soon heard.
/// <see cref="Lost"/> is cancelled when a renewal is refused, or when none succeeded for five sixths of the ttl: the holder must be silent before
/// the lease can go to another.
/// </summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _wanted = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Task<LeaseStanding>> _renew;
    private readonly TimeSpan _ttl;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _loop;

    /// <param name="longestInterval">Null for two seconds.</param>
    public LeaseKeeper(Func<Task<LeaseStanding>> renew, TimeSpan ttl, TimeProvider time, ILogger logger, TimeSpan? longestInterval = null)
    {
        (_renew, _ttl, _time, _logger) = (renew, ttl, time, logger);
        var longest = longestInterval ?? LongestInterval;
        _interval = longest < ttl / 3 ? longest : ttl / 3;
        _loop = KeepAsync(time.GetTimestamp());
    }

    public CancellationToken Lost => _lost.Token;

    /// <summary>Cancelled when the lease is wanted back after a checkpoint; it is renewed until then.</summary>
    public CancellationToken WantedBack => _wanted.Token;

    /// <summary>Why it is wanted back, once it is.</summary>
    public string? Reason { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _wanted.Dispose();
        _lost.Dispose();
    }

    private async Task KeepAsync(long renewedAt)
    {
        var pause = _interval;
        var limit = _ttl * 5 / 6;
        while (true)
        {
            try
            {
                await Task.Delay(pause, _time, _stop.Token);
                long asked = _time.GetTimestamp();
                var left = limit - _time.GetElapsedTime(renewedAt);

                // A call to a silo that died is answered late or never; the next one finds where the trial lives now.
                var patience = left < _ttl / 5 ? left : _ttl / 5;
                var standing = await _renew().WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.FromTicks(1), _time, _stop.Token);
                renewedAt = asked;
                pause = _interval;
                await ListenAsync(standing);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (ConflictException error)
            {
                AgentLog.LeaseLost(_logger, error.Message);
                await _lost.CancelAsync();
                return;
            }
            catch (Exception error)
            {
                if (_time.GetElapsedTime(renewedAt) >= limit)
                {
                    AgentLog.LeaseLost(_logger, $"not renewed for {limit.TotalSeconds:0.#} s: {error.Message}");
                    await _lost.CancelAsync();
                    return;
                }

                pause = _ttl / 12;
            }
        }
    }

    private async Task ListenAsync(LeaseStanding standing)
    {
        if (standing.Yield && !_wanted.IsCancellationRequested)
        {
            Reason = standing.Reason;
            await _wanted.CancelAsync();
        }
    }
}
