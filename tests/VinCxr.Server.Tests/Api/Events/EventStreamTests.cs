using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using VinCxr.Core;
using VinCxr.Server.Api.Events;
using VinCxr.Testing;

namespace VinCxr.Server.Tests.Api.Events;

public sealed class EventStreamTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryStream _body = new();
    private readonly DefaultHttpContext _context = new();
    private readonly Channel<ServerEvent> _events = Channel.CreateUnbounded<ServerEvent>();

    public EventStreamTests() => _context.Response.Body = Stream.Synchronized(_body);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_written_as_the_standard_says_and_the_last_one_is_end()
    {
        await _events.Writer.WriteAsync(new ServerEvent("a.1", "sweep", "{\"x\":1}"u8.ToArray()), Cancel);
        await _events.Writer.WriteAsync(new ServerEvent(null, "nodes", "[]"u8.ToArray()), Cancel);
        _events.Writer.Complete();

        await EventStream.WriteAsync(_context.Response, _events.Reader.ReadAllAsync(Cancel), _clock, Cancel);

        Assert.Equal("id: a.1\nevent: sweep\ndata: {\"x\":1}\n\nevent: nodes\ndata: []\n\nevent: end\ndata: {}\n\n", Written());
        Assert.Equal(("text/event-stream", "no-cache, no-store"), (_context.Response.ContentType, _context.Response.Headers.CacheControl.ToString()));
    }

    [Fact]
    public async Task Silence_is_broken_by_heartbeats()
    {
        var writing = EventStream.WriteAsync(_context.Response, _events.Reader.ReadAllAsync(Cancel), _clock, Cancel);
        await Eventually.ReadAsync(
            () =>
            {
                _clock.Advance(EventStream.Heartbeat / 4);
                return Task.FromResult(Written());
            },
            text => text.StartsWith(":\n\n:\n\n", StringComparison.Ordinal), "beating", Cancel);
        _events.Writer.Complete();
        await writing;
        Assert.EndsWith("event: end\ndata: {}\n\n", Written(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_the_reading()
    {
        using var client = new CancellationTokenSource();
        TaskCompletionSource come = new(), left = new();
        var writing = EventStream.WriteAsync(_context.Response, UntilLeftAsync(come, left, client.Token), _clock, client.Token);
        await come.Task.WaitAsync(Cancel);
        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await left.Task.WaitAsync(Cancel);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_goes_wrong_under_way_ends_the_stream_without_saying_that_this_was_all(bool isDenied)
    {
        await _events.Writer.WriteAsync(new ServerEvent("a.1", "sweep", "{}"u8.ToArray()), Cancel);
        _events.Writer.Complete(isDenied ? new AccessDeniedException("the key has ended") : new StoreException("the store is away"));

        await EventStream.WriteAsync(_context.Response, _events.Reader.ReadAllAsync(Cancel), _clock, Cancel);

        Assert.Equal("id: a.1\nevent: sweep\ndata: {}\n\n", Written());
    }

    public void Dispose() => _body.Dispose();

    private string Written() => Encoding.UTF8.GetString(_body.ToArray());

    private static async IAsyncEnumerable<ServerEvent> UntilLeftAsync(
        TaskCompletionSource come, TaskCompletionSource left, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            come.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield break;
        }
        finally
        {
            left.SetResult();
        }
    }
}
