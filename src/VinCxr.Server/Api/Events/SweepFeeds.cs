using VinCxr.Contracts.Sweeps;

namespace VinCxr.Server.Api.Events;

/// <summary>One feed per watched sweep, however many watch it: the grain is asked once a second, and only while somebody watches.</summary>
/// <param name="read">Gives a sweep, by id, as it is.</param>
internal sealed class SweepFeeds(Func<string, CancellationToken, Task<SweepDetails>> read, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SweepFeed> _feeds = [];

    /// <summary>Feeds that somebody watches.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _feeds.Count;
            }
        }
    }

    /// <summary>Joins a sweep's feed; dispose to leave it.</summary>
    public SweepWatch Watch(string sweepId)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(sweepId, out var feed))
            {
                _feeds[sweepId] = feed = new SweepFeed(cancellation => read(sweepId, cancellation), time);
            }

            feed.Watchers++;
            return new SweepWatch(feed, () => LeaveAsync(sweepId, feed));
        }
    }

    private ValueTask LeaveAsync(string sweepId, SweepFeed feed)
    {
        lock (_gate)
        {
            if (--feed.Watchers > 0)
            {
                return ValueTask.CompletedTask;
            }

            _feeds.Remove(sweepId);
            return feed.DisposeAsync();
        }
    }
}

/// <summary>One watcher's hold of a feed.</summary>
internal sealed class SweepWatch(SweepFeed feed, Func<ValueTask> leave) : IAsyncDisposable
{
    /// <inheritdoc cref="SweepFeed.ReadAsync"/>
    public IAsyncEnumerable<ServerEvent> ReadAsync(string? lastEventId, CancellationToken cancellationToken) => feed.ReadAsync(lastEventId, cancellationToken);

    /// <inheritdoc cref="SweepFeed.ReadWholeAsync"/>
    public IAsyncEnumerable<SweepDetails> ReadWholeAsync(CancellationToken cancellationToken) => feed.ReadWholeAsync(cancellationToken);

    public ValueTask DisposeAsync() => leave();
}
