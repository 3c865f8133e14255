using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;

namespace VinCxr.Server.Api.Events;

/// <summary>
/// Changes of one sweep for all of its watchers. Each event is serialized once. The newest events are kept: a watcher that comes back, or is slow, goes on
/// after the last it has while that is still known, and gets the whole sweep otherwise, so that it misses no state either way.
/// </summary>
/// <param name="read">Gives the sweep as it is.</param>
internal sealed class SweepFeed(Func<CancellationToken, Task<SweepDetails>> read, TimeProvider time) : IAsyncDisposable
{
    private const int KeptEvents = 256;
    private const long KeptBytes = 8 << 20;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);

    /// <summary>To all watchers together: a sweep that changes by thousands of trials a second must not spend its server's time on telling hundreds of it.</summary>
    private const double BytesPerSecond = 8 << 20;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _name = Guid.NewGuid().ToString("N")[..12];
    private readonly Queue<(long Number, ReadOnlyMemory<byte> Data)> _kept = new();
    private TaskCompletionSource _changed = New();
    private Task? _polling;
    private SweepDetails? _details;
    private (long Number, ReadOnlyMemory<byte> Data)? _whole;
    private long _number;
    private long _keptBytes;
    private bool _ended;

    /// <summary>Those who read it now; kept by <see cref="SweepFeeds"/>.</summary>
    public int Watchers { get; set; }

    /// <summary>Events after <paramref name="lastEventId"/>, until the sweep has ended.</summary>
    public async IAsyncEnumerable<ServerEvent> ReadAsync(string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? seen = NumberOf(lastEventId);
        while (true)
        {
            List<ServerEvent> events = [];
            Task changed;
            bool ended;
            lock (_gate)
            {
                _polling ??= Task.Run(PollAsync, CancellationToken.None);
                changed = _changed.Task;
                ended = _ended;
                if (_details is not null)
                {
                    events.AddRange(After(seen).Select(e => new ServerEvent($"{_name}.{e.Number}", SweepEvent.Name, e.Data)));
                    seen = _number;
                }
            }

            foreach (var item in events)
            {
                yield return item;
            }

            if (ended)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The sweep as it is and after each change, until it has ended; a slow reader gets the newest only. Nothing is copied or serialized.</summary>
    public async IAsyncEnumerable<SweepDetails> ReadWholeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SweepDetails? seen = null;
        while (true)
        {
            SweepDetails? now;
            Task changed;
            bool ended;
            lock (_gate)
            {
                _polling ??= Task.Run(PollAsync, CancellationToken.None);
                (now, changed, ended) = (_details, _changed.Task, _ended);
            }

            if (now is not null && !ReferenceEquals(now, seen))
            {
                seen = now;
                yield return now;
            }

            if (ended)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_polling is not null)
        {
            await _polling;
        }

        _stop.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private long? NumberOf(string? id) =>
        id is not null && id.StartsWith($"{_name}.", StringComparison.Ordinal)
        && long.TryParse(id.AsSpan(_name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private IEnumerable<(long Number, ReadOnlyMemory<byte> Data)> After(long? seen)
    {
        if (seen == _number)
        {
            return [];
        }

        if (seen is { } number && number < _number && _kept.Count > 0 && _kept.Peek().Number <= number + 1)
        {
            return _kept.Where(e => e.Number > number);
        }

        if (_whole?.Number != _number)
        {
            _whole = (_number, Serialize(new SweepEvent(_details!, IsWhole: true)));
        }

        return [_whole.Value];
    }

    private async Task PollAsync()
    {
        try
        {
            while (true)
            {
                int told = 0;
                try
                {
                    told = Take(await read(_stop.Token));
                }
                catch (Exception error) when (error is VinCxrException or OrleansException or TimeoutException)
                {
                    // The cluster may be changing hands; the next look tells.
                }

                if (_ended)
                {
                    return;
                }

                await Task.Delay(PauseAfter((long)told * Watchers), time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private static TimeSpan PauseAfter(long bytes)
    {
        var pause = TimeSpan.FromSeconds(bytes / BytesPerSecond);
        return pause < Interval ? Interval : pause < LongestInterval ? pause : LongestInterval;
    }

    /// <returns>Bytes of the change, which every watcher is sent.</returns>
    private int Take(SweepDetails details)
    {
        var change = _details is null ? new SweepEvent(details, IsWhole: true) : SweepEvent.Between(_details, details);
        ReadOnlyMemory<byte> data = change is null || change.IsWhole ? default : Serialize(change);
        TaskCompletionSource? told = null;
        lock (_gate)
        {
            _ended = details.Summary.EndedAt is not null;
            if (change is not null)
            {
                (_details, _number) = (details, _number + 1);
                Keep(data);
            }

            if (change is not null || _ended)
            {
                (told, _changed) = (_changed, New());
            }
        }

        told?.SetResult();
        return data.Length;
    }

    private void Keep(ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        _whole = null;
        _kept.Enqueue((_number, data));
        _keptBytes += data.Length;
        while (_kept.Count > KeptEvents || _keptBytes > KeptBytes)
        {
            _keptBytes -= _kept.Dequeue().Data.Length;
        }
    }

    private static byte[] Serialize(SweepEvent change) => JsonSerializer.SerializeToUtf8Bytes(change, ApiJson.Options);
}
