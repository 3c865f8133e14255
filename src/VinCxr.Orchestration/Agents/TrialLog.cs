using System.Threading.Channels;
using VinCxr.Contracts.Trials;
using VinCxr.Core;

namespace VinCxr.Orchestration.Agents;

/// <summary>Carries a trainer's log lines to its trial, in batches and bounded; a flood is cut off and counted, never felt by training.</summary>
internal sealed class TrialLog : IAsyncDisposable
{
    private const int MaxLineLength = 2000;
    private const int Batch = 200;

    private readonly Channel<string> _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(2000) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITrialLeaseGrain _trial;
    private readonly long _leaseEpoch;
    private readonly int _limit;
    private readonly CancellationToken _gone;
    private readonly Task _pump;
    private int _seen;

    /// <param name="gone">The lease is lost: lines are no longer waited for.</param>
    public TrialLog(ITrialLeaseGrain trial, long leaseEpoch, int limit, CancellationToken gone)
    {
        (_trial, _leaseEpoch, _limit, _gone) = (trial, leaseEpoch, limit, gone);
        _pump = PumpAsync();
    }

    /// <summary>Thread-safe, never blocks.</summary>
    public void Write(string line)
    {
        if (Interlocked.Increment(ref _seen) <= _limit)
        {
            _lines.Writer.TryWrite(line.Length <= MaxLineLength ? line : line[..MaxLineLength] + "…");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_seen > _limit)
        {
            _lines.Writer.TryWrite($"-- {_seen - _limit} further lines dropped");
        }

        _lines.Writer.TryComplete();
        await _pump;
    }

    private async Task PumpAsync()
    {
        List<string> batch = [];
        while (await _lines.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < Batch && _lines.Reader.TryRead(out string? line))
            {
                batch.Add(line);
            }

            try
            {
                await _trial.AppendLogAsync(_leaseEpoch, [.. batch]).WaitAsync(_gone);
            }
            catch (Exception error) when (error is ConflictException || _gone.IsCancellationRequested)
            {
                // Another attempt owns the log now, or soon will.
                return;
            }
            catch (Exception error) when (error is TimeoutException or OrleansException or StoreException)
            {
                // Log lines are not worth failing an attempt for.
            }
        }
    }
}
