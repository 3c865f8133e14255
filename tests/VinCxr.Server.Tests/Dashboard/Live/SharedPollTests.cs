using Microsoft.Extensions.Time.Testing;
using VinCxr.Core;
using VinCxr.Server.Dashboard.Live;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Dashboard.Live;

public sealed class SharedPollTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _clock = new();
    private int _reads;
    private string _value = "a";
    private bool _fails;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watchers_share_one_read_and_see_each_change_once()
    {
        using var poll = NewPoll();
        await using var first = poll.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        await using var second = poll.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);

        Assert.Equal("a", await NextAsync(first));
        Assert.Equal("a", await NextAsync(second));
        int reads = _reads;
        await AdvanceAsync();
        Assert.Equal(reads + 1, _reads);

        _value = "b";
        _clock.Advance(Interval);
        Assert.Equal("b", await NextAsync(first));
        Assert.Equal("b", await NextAsync(second));
    }

    [Fact]
    public async Task Nothing_is_read_while_nobody_watches()
    {
        using var poll = NewPoll();
        await using (var watcher = poll.WatchAsync(Cancel).GetAsyncEnumerator(Cancel))
        {
            await NextAsync(watcher);
        }

        int reads = _reads;
        _clock.Advance(Interval * 5);
        await Task.Yield();
        Assert.Equal(reads, _reads);

        _value = "c";
        await using var later = poll.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal("c", await NextAsync(later));
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_asked_again()
    {
        _fails = true;
        using var poll = NewPoll();
        await using var watcher = poll.WatchAsync(Cancel).GetAsyncEnumerator(Cancel);
        var next = NextAsync(watcher);
        await Eventually.ReadAsync(() => Task.FromResult(_reads), r => r == 1, "read", Cancel);

        _fails = false;
        _clock.Advance(Interval);
        Assert.Equal("a", await next);
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<string> watcher)
    {
        Assert.True(await watcher.MoveNextAsync());
        return watcher.Current;
    }

    private SharedPoll<string> NewPoll() => new(ReadAsync, (a, b) => a == b, Interval, _clock);

    private async Task AdvanceAsync()
    {
        int reads = _reads;
        _clock.Advance(Interval);
        await Eventually.ReadAsync(() => Task.FromResult(_reads), r => r > reads, "read again", Cancel);
    }

    private Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return _fails ? Task.FromException<string>(new StoreException("away")) : Task.FromResult(new string(_value));
    }
}
