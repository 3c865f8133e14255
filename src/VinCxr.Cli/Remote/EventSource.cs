using System.Net.ServerSentEvents;

namespace VinCxr.Cli.Remote;

/// <summary>Server-sent events of one path across lost connections: it goes on after the last event it has.</summary>
internal sealed class EventSource(ServerConnection server, string path) : IAsyncDisposable
{
    private const string EndOfStream = "end";

    /// <summary>Three heartbeats of the server.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(45);

    private HttpResponseMessage? _response;
    private IAsyncEnumerator<SseItem<string>>? _events;
    private string? _last;

    /// <returns>The next event, or null after the last one there will be.</returns>
    /// <exception cref="Core.VinCxrException">The server refused, or did not come back.</exception>
    public async Task<SseItem<string>?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                _events ??= await ConnectAsync(cancellationToken);
                if (await _events.MoveNextAsync())
                {
                    var item = _events.Current;
                    if (item.EventId is { Length: > 0 } id)
                    {
                        _last = id;
                    }

                    return item.EventType == EndOfStream ? null : item;
                }

                server.Away(new IOException("it ended the stream"));
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                server.Away(error);
            }

            // A server that takes connections only to end them is not to be asked without a pause.
            await DisposeAsync();
            await server.PauseAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_events is not null)
        {
            await _events.DisposeAsync();
        }

        _response?.Dispose();
        (_events, _response) = (null, null);
    }

    private async Task<IAsyncEnumerator<SseItem<string>>> ConnectAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (_last is not null)
        {
            request.Headers.Add("Last-Event-ID", _last);
        }

        _response = await server.OpenAsync(request, cancellationToken);
        var stream = new IdleStream(await _response.Content.ReadAsStreamAsync(cancellationToken), Silence);
        return SseParser.Create(stream).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }
}
