using Microsoft.Extensions.Logging;
using VinCxr.Core;

namespace VinCxr.Orchestration.Agents;

/// <summary>
/// Renews a lease every third of its ttl on a monotonic clock. <see cref="Lost"/> is cancelled when a renewal is refused, or when none
/// succeeded for five sixths of the ttl: the holder must be silent before the lease can go to another.
/// </summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Task> _renew;
    private readonly TimeSpan _ttl;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _loop;

    /// <param name="interval">Null for a third of the ttl.</param>
    public LeaseKeeper(Func<Task> renew, TimeSpan ttl, TimeProvider time, ILogger logger, TimeSpan? interval = null)
    {
        (_renew, _ttl, _time, _logger) = (renew, ttl, time, logger);
        _interval = interval is { } asked && asked < ttl / 3 ? asked : ttl / 3;
        _loop = KeepAsync(time.GetTimestamp());
    }

    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
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
                await _renew().WaitAsync(limit - _time.GetElapsedTime(renewedAt) is var left && left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1), _time, _stop.Token);
                renewedAt = asked;
                pause = _interval;
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
}
