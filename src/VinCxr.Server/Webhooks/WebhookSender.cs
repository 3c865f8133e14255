using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace VinCxr.Server.Webhooks;

/// <summary>One attempt at one delivery over HTTP. Redirects are not followed, nothing of an answer but its status is read.</summary>
internal sealed class WebhookSender(WebhookSecret secret, TimeProvider time) : IDisposable
{
    /// <summary>For connecting, sending and the answer's head together.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public const string EventHeader = "X-VinCxr-Event-Id";

    private const int MaxHeadKilobytes = 16;

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = MaxHeadKilobytes,
        MaxResponseDrainSize = 0,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    /// <returns>Why it did not arrive, in words without the address; null when it did: the answer was 2xx.</returns>
    public async Task<string?> SendAsync(WebhookTarget target, Delivery delivery, CancellationToken cancellationToken)
    {
        byte[] body = Encoding.UTF8.GetBytes(delivery.Body);
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("VinCxr", null));
        request.Headers.Add(EventHeader, delivery.EventId);
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(secret, time.GetUtcNow(), body));
        using var over = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return response.IsSuccessStatusCode ? null : $"the answer was {(int)response.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Timeout.TotalSeconds:0} s";
        }
        catch (HttpRequestException error)
        {
            return $"{error.HttpRequestError}";
        }
    }

    public void Dispose() => _client.Dispose();
}
