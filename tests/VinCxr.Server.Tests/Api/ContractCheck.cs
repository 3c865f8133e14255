using System.Net;
using System.Text.Json;

namespace VinCxr.Server.Tests.Api;

/// <summary>Sends a request and holds the answer against the document.</summary>
internal sealed class ContractCheck(CancellationToken cancellationToken)
{
    /// <summary>What the web server itself may say to what is no request of the API: no such path, method, length, type, header.</summary>
    private static readonly HttpStatusCode[] Generic =
    [
        HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.RequestUriTooLong,
        HttpStatusCode.UnsupportedMediaType, HttpStatusCode.BadRequest, HttpStatusCode.RequestHeaderFieldsTooLarge, HttpStatusCode.NotModified,
    ];

    /// <returns>The status, 0 for none, and what is wrong with the answer, or null.</returns>
    public async Task<(int Status, string? Problem)> SendAsync(HttpClient client, ApiOperation operation, HttpRequestMessage request)
    {
        using (request)
        {
            HttpResponseMessage response;
            try
            {
                response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            }
            catch (HttpRequestException) when (request.Content?.Headers.ContentLength > RequestGenerator.MostTaken)
            {
                // The web server hangs up on whoever goes on sending what it has refused.
                return (413, null);
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                return (0, $"{operation.Id}: {request.Method} {request.RequestUri} with {request.Content?.Headers} was not answered: {error.Message}");
            }

            using var disposed = response;
            int status = (int)response.StatusCode;
            string what = $"{operation.Id}: {request.Method} {request.RequestUri} -> {status}";
            if (!operation.Statuses.Contains(status) && !Generic.Contains(response.StatusCode))
            {
                return (status, $"{what} {await TextAsync(response)}");
            }

            if (status < 400)
            {
                return (status, null);
            }

            string text = await TextAsync(response);
            if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            {
                // Before there is a request, as for a line that is none, the web server closes with no body.
                return (status, text.Length == 0 && response.Headers.ConnectionClose == true ? null : $"{what} is no problem+json but {response.Content.Headers.ContentType}: {text}");
            }

            using var problem = JsonDocument.Parse(text);
            bool isWhole = problem.RootElement.GetProperty("status").GetInt32() == status && problem.RootElement.GetProperty("title").GetString() is { Length: > 0 };
            return (status, isWhole ? null : $"{what} says {text}");
        }
    }

    private Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(cancellationToken);
}
