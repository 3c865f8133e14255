using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Server.Api.Events;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Api.Events;

public sealed class SweepFeedTests : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Nudge = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly SampleSweep _sweep = new(5);
    private readonly SweepFeed _feed;

    public SweepFeedTests() => _feed = new SweepFeed(_sweep.ReadAsync, _clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watcher_that_loses_its_connection_again_and_again_misses_nothing_and_sees_nothing_twice()
    {
        var random = new Random(7);
        await using var steady = new Watcher(_feed);
        await using var shaky = new Watcher(_feed);
        await steady.UntilAsync(_sweep.Now, _clock);
        await shaky.UntilAsync(_sweep.Now, _clock);
        for (int i = 0; i < 200; i++)
        {
            _sweep.Step(random.Next(5));
            await steady.UntilAsync(_sweep.Now, _clock);
            if (random.Next(2) == 0)
            {
                await shaky.UntilAsync(_sweep.Now, _clock);
            }

            if (random.Next(3) == 0)
            {
                await shaky.ReconnectAsync();
            }
        }

        await shaky.UntilAsync(_sweep.Now, _clock);
        foreach (var watcher in new[] { steady, shaky })
        {
            Assert.Equal(Enumerable.Range(1, watcher.Numbers.Count), watcher.Numbers);
            Assert.Equal(1, watcher.Wholes);
        }

        Assert.Equal(steady.Numbers, shaky.Numbers);
    }

    [Theory]
    [InlineData("no-such-feed.5")]
    [InlineData("5")]
    [InlineData("FEED.99999")]
    [InlineData("FEED.-1")]
    [InlineData("FEED.")]
    public async Task A_place_that_is_none_gives_the_whole_sweep(string id)
    {
        await using var first = new Watcher(_feed);
        await first.UntilAsync(_sweep.Now, _clock);
        _sweep.Step(1);
        await first.UntilAsync(_sweep.Now, _clock);

        await using var second = new Watcher(_feed, id.Replace("FEED", first.LastId!.Split('.')[0], StringComparison.Ordinal));
        await second.UntilAsync(_sweep.Now, _clock);
        Assert.Equal((1, 1), (second.Wholes, second.Numbers.Count));
    }

    [Fact]
    public async Task A_place_that_is_too_long_ago_gives_the_whole_sweep()
    {
        await using var steady = new Watcher(_feed);
        await steady.UntilAsync(_sweep.Now, _clock);
        await using var away = new Watcher(_feed);
        await away.UntilAsync(_sweep.Now, _clock);
        await away.DisconnectAsync();
        for (int i = 0; i < 300; i++)
        {
            _sweep.Step(i % 5);
            await steady.UntilAsync(_sweep.Now, _clock);
        }

        await away.ReconnectAsync();
        await away.UntilAsync(_sweep.Now, _clock);
        Assert.Equal(2, away.Wholes);
    }

    [Fact]
    public async Task The_stream_ends_with_its_sweep_also_for_those_who_come_later()
    {
        await using var watcher = new Watcher(_feed);
        await watcher.UntilAsync(_sweep.Now, _clock);
        _sweep.End();
        await watcher.EndAsync(_clock);
        Assert.Equal(SweepState.Succeeded, watcher.Known!.Summary.State);

        await using var late = new Watcher(_feed);
        await late.EndAsync(_clock);
        Assert.Equal(SweepState.Succeeded, late.Known!.Summary.State);
        await using var knowing = new Watcher(_feed, late.LastId);
        await knowing.EndAsync(_clock);
        Assert.Empty(knowing.Numbers);
    }

    [Fact]
    public async Task A_cluster_that_changes_hands_is_asked_again()
    {
        await using var watcher = new Watcher(_feed);
        await watcher.UntilAsync(_sweep.Now, _clock);
        _sweep.Error = new StoreException("the store is away");
        int looks = _sweep.Looks;
        await Eventually.ReadAsync(() => Tick(_sweep.Looks), l => l > looks + 2, "asked", Cancel);
        _sweep.Error = null;
        _sweep.Step(2);
        await watcher.UntilAsync(_sweep.Now, _clock);
    }

    [Fact]
    public async Task Much_to_tell_to_many_is_told_less_often()
    {
        await using var watcher = new Watcher(_feed);
        await watcher.UntilAsync(_sweep.Now, _clock);
        _feed.Watchers = 10_000_000;
        _sweep.Step(1);
        await watcher.UntilAsync(_sweep.Now, _clock);

        int looks = _sweep.Looks;
        _clock.Advance(9 * Interval);
        Assert.Equal(looks, _sweep.Looks);
        _sweep.Step(2);
        await watcher.UntilAsync(_sweep.Now, _clock);
    }

    [Fact]
    public async Task Many_watchers_are_one_reader_and_the_last_to_leave_ends_it()
    {
        var feeds = new SweepFeeds((_, cancellationToken) => _sweep.ReadAsync(cancellationToken), _clock);
        SweepWatch[] watches = [.. Enumerable.Range(0, 200).Select(i => feeds.Watch($"sweep-{i % 2}"))];
        Assert.Equal(2, feeds.Count);
        await Eventually.ReadAsync(
            async () =>
            {
                foreach (var watch in watches)
                {
                    await using var events = watch.ReadAsync(null, Cancel).GetAsyncEnumerator(Cancel);
                    Assert.True(await events.MoveNextAsync());
                }

                return _sweep.Looks;
            },
            looks => looks >= 2, "both read", Cancel);
        Assert.InRange(_sweep.Looks, 2, 4);

        foreach (var watch in watches)
        {
            await watch.DisposeAsync();
        }

        Assert.Equal(0, feeds.Count);
        int before = _sweep.Looks;
        _clock.Advance(10 * Interval);
        Assert.Equal(before, _sweep.Looks);
    }

    public ValueTask DisposeAsync() => _feed.DisposeAsync();

    private Task<int> Tick(int value)
    {
        _clock.Advance(Interval);
        return Task.FromResult(value);
    }

    /// <summary>A client of a feed, which knows what it has been told.</summary>
    private sealed class Watcher(SweepFeed feed, string? from = null) : IAsyncDisposable
    {
        private CancellationTokenSource _connection = new();
        private IAsyncEnumerator<ServerEvent>? _events;
        private Task<bool>? _next;

        public SweepDetails? Known { get; private set; }

        public string? LastId { get; private set; } = from;

        public List<int> Numbers { get; } = [];

        public int Wholes { get; private set; }

        /// <summary>Reads until all of it is known.</summary>
        public Task UntilAsync(SweepDetails wanted, FakeTimeProvider clock) => PumpAsync(() => Known is { } known && Text(known) == Text(wanted), clock);

        /// <summary>Reads until the stream ends.</summary>
        public Task EndAsync(FakeTimeProvider clock) => PumpAsync(() => _next is { IsCompletedSuccessfully: true, Result: false }, clock);

        public async Task DisconnectAsync()
        {
            await _connection.CancelAsync();
            if (_next is not null)
            {
                await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (_events is not null)
            {
                await _events.DisposeAsync();
            }

            _connection.Dispose();
            (_events, _next, _connection) = (null, null, new CancellationTokenSource());
        }

        public async Task ReconnectAsync()
        {
            await DisconnectAsync();
            Connect();
        }

        public async ValueTask DisposeAsync()
        {
            await DisconnectAsync();
            _connection.Dispose();
        }

        private static string Text(SweepDetails details) => JsonSerializer.Serialize(details, ApiJson.Options);

        private void Connect() => _events = feed.ReadAsync(LastId, _connection.Token).GetAsyncEnumerator(_connection.Token);

        private async Task PumpAsync(Func<bool> done, FakeTimeProvider clock)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            limit.CancelAfter(Limit);
            while (!done())
            {
                if (_events is null)
                {
                    Connect();
                }

                _next ??= _events!.MoveNextAsync().AsTask();
                if (!_next.IsCompleted)
                {
                    // A tick that came before the reader waited for it is made up for by the next.
                    clock.Advance(Interval);
                    await Task.WhenAny(_next, Task.Delay(Nudge, limit.Token));
                    limit.Token.ThrowIfCancellationRequested();
                }
                else if (!done())
                {
                    Assert.True(await _next, "the stream has ended");
                    Take(_events!.Current);
                    _next = null;
                }
            }
        }

        private void Take(ServerEvent item)
        {
            var change = JsonSerializer.Deserialize<SweepEvent>(item.Data.Span, ApiJson.Options)!;
            Known = change.ApplyTo(Known);
            LastId = item.Id;
            Numbers.Add(int.Parse(item.Id!.Split('.')[1], CultureInfo.InvariantCulture));
            Wholes += change.IsWhole ? 1 : 0;
        }
    }
}
