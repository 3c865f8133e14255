using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using VinCxr.Core;

namespace VinCxr.Server.Api.Events;

/// <summary>One server-sent event; <paramref name="Data"/> is JSON on one line, in UTF-8.</summary>
/// <param name="Id">What a client gives back as Last-Event-ID, or null.</param>
internal readonly record struct ServerEvent(string? Id, string Name, ReadOnlyMemory<byte> Data);

/// <summary>Writes server-sent events (WHATWG HTML, section 9.2).</summary>
internal static class EventStream
{
    /// <summary>A comment is sent after this long without an event, so that proxies and clients know the connection lives.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private const int MaxIdLength = 100;

    /// <returns>The place a client has reached, or null for one that begins.</returns>
    public static string? LastEventId(HttpRequest request) =>
        request.Headers.TryGetValue("Last-Event-ID", out StringValues id) && id.ToString() is { Length: > 0 and <= MaxIdLength } given ? given : null;

    /// <summary>
    /// Ends with the events or with the client. The last event is <c>end</c>, after which a client need not come back. Without it something went wrong
    /// under way, which the client is told when it does: the key has ended, the store is away.
    /// </summary>
    public static async Task WriteAsync(HttpResponse response, IAsyncEnumerable<ServerEvent> events, TimeProvider time, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var reader = events.GetAsyncEnumerator(stop.Token);
        Task<bool>? next = null;
        try
        {
            while (await NextAsync(response, next = reader.MoveNextAsync().AsTask(), time, cancellationToken))
            {
                Write(response.BodyWriter, reader.Current);
                await response.BodyWriter.FlushAsync(cancellationToken);
            }

            await response.BodyWriter.WriteAsync("event: end\ndata: {}\n\n"u8.ToArray(), cancellationToken);
        }
        catch (Exception error) when (error is VinCxrException or OrleansException or TimeoutException)
        {
            // The status has been sent; a page of the log for every watcher would help nobody.
        }
        finally
        {
            // An enumerator that is still looking for its next event cannot be disposed.
            await stop.CancelAsync();
            await ((Task)(next ?? Task.FromResult(false))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for an event and writes heartbeats meanwhile.</summary>
    private static async Task<bool> NextAsync(HttpResponse response, Task<bool> next, TimeProvider time, CancellationToken cancellationToken)
    {
        while (!next.IsCompleted)
        {
            using var beat = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (await Task.WhenAny(next, Task.Delay(Heartbeat, time, beat.Token)) != next)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await response.BodyWriter.WriteAsync(":\n\n"u8.ToArray(), cancellationToken);
            }

            await beat.CancelAsync();
        }

        return await next;
    }

    /// <summary>Straight into the response's buffer: the data of an event is shared by all of its watchers, hundreds of kilobytes of it at times.</summary>
    private static void Write(PipeWriter body, ServerEvent item)
    {
        string head = $"{(item.Id is null ? "" : $"id: {item.Id}\n")}event: {item.Name}\ndata: ";
        Encoding.UTF8.GetBytes(head, body);
        body.Write(item.Data.Span);
        body.Write("\n\n"u8);
    }
}
