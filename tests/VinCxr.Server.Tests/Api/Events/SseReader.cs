using System.Net.ServerSentEvents;

namespace VinCxr.Server.Tests.Api.Events;

/// <summary>Reads one connection's server-sent events.</summary>
internal static class SseReader
{
    /// <summary>Events until the server ends the stream, the connection is lost, or the caller stops.</summary>
    public static async IAsyncEnumerable<SseItem<string>> ReadAsync(
        HttpClient client, string path, string? lastEventId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        var parser = SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            yield return item;
        }
    }
}
