using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.Core;

namespace VinCxr.Cli.Remote;

/// <summary>
/// Requests to one server. A server that is away is waited for: what could not be sent is sent again, and what was sent but not answered as well, when
/// doing it twice is doing it once.
/// </summary>
internal sealed class ServerConnection : IDisposable
{
    public const string IdempotencyKey = "Idempotency-Key";

    private const string Root = "api/v1/";
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer may take, and how long a body may rest on its way.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(100);

    private readonly HttpClient _client;
    private readonly TimeProvider _clock;
    private readonly Action<string> _note;
    private readonly TimeSpan _patience;
    private int _away;

    /// <param name="address">Where it answers, such as <c>https://vincxr.example.org</c>.</param>
    /// <param name="key">API key or token, or null for a server that asks for none.</param>
    /// <param name="note">Told once when the server is away, and once when it is back.</param>
    /// <param name="patience">How long a server may be away.</param>
    public ServerConnection(Uri address, string? key, Action<string> note, TimeProvider clock, TimeSpan patience, HttpMessageHandler? handler = null)
    {
        Address = address;
        (_clock, _note, _patience) = (clock, note, patience);
        _client = handler is null ? new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, AllowAutoRedirect = false }) : new HttpClient(handler);

        // Bodies may be long: each attempt has a limit of its own.
        _client.Timeout = Timeout.InfiniteTimeSpan;
        _client.BaseAddress = new Uri(new Uri(address.AbsoluteUri.TrimEnd('/') + "/"), Root);
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("vincxr");
        _client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        if (key is not null)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    public Uri Address { get; }

    public void Dispose() => _client.Dispose();

    /// <inheritdoc cref="OpenAsync(HttpRequestMessage, CancellationToken)"/>
    public async Task<T> SendAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await ReadAsync<T>(await OpenAsync(request, cancellationToken), cancellationToken);

    /// <summary>Sends what is too long to be held: every attempt makes its request anew.</summary>
    /// <param name="next">Makes a request that may be sent twice; it calls what it is given as long as its body goes on.</param>
    /// <inheritdoc cref="OpenAsync(HttpRequestMessage, CancellationToken)"/>
    public async Task<T> SendAsync<T>(Func<Action, HttpRequestMessage> next, CancellationToken cancellationToken) =>
        await ReadAsync<T>(await OpenAsync(next, isRepeatable: true, cancellationToken), cancellationToken);

    /// <summary>Sends a request, whose path is relative to the API's root, until it is answered.</summary>
    /// <returns>A success whose content may not have arrived yet; the caller disposes it.</returns>
    /// <exception cref="VinCxrException">What the server answered, as it was raised there.</exception>
    /// <exception cref="StoreException">It did not answer for as long as this connection is patient.</exception>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[]? body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        return await OpenAsync(_ => Copy(request, body), IsRepeatable(request), cancellationToken);
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            try
            {
                return await response.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancellationToken) ?? throw new JsonException("null");
            }
            catch (Exception error) when (error is JsonException or HttpRequestException or IOException)
            {
                throw new StoreException($"the answer of {Address} cannot be read: {error.Message}; is it a VinCxr server of this version?", error);
            }
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(Func<Action, HttpRequestMessage> next, bool isRepeatable, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        long? lost = null;
        while (true)
        {
            Exception failure;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Silence);
            using var attempt = next(() => limit.CancelAfter(Silence));
            try
            {
                var response = await _client.SendAsync(attempt, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (response.IsSuccessStatusCode)
                {
                    Back();
                    return response;
                }

                using (response)
                {
                    failure = await FailureAsync(response, cancellationToken);
                }

                if (!IsAway(response.StatusCode) || !isRepeatable)
                {
                    throw failure;
                }
            }
            catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError || isRepeatable)
            {
                failure = error;
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                failure = new TimeoutException($"no answer for {Silence.TotalSeconds:0} s", error);
                if (!isRepeatable)
                {
                    throw new StoreException($"{Address} gives no answer for {Silence.TotalSeconds:0} s; whether it did what was asked is not known", failure);
                }
            }

            // Counted from where the first attempt failed, which a long body may have taken a long time to come to.
            lost ??= _clock.GetTimestamp();
            if (_clock.GetElapsedTime(lost.Value) + pause > _patience)
            {
                throw new StoreException(
                    $"{Address} does not answer, waited {_patience.TotalSeconds:0} s: {failure.Message}; start 'vincxr serve' there or give another --server", failure);
            }

            Away(failure);
            await Task.Delay(pause, _clock, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Tells once that the server is away; <see cref="OpenAsync(HttpRequestMessage, CancellationToken)"/> tells when it is back.</summary>
    public void Away(Exception failure)
    {
        if (Interlocked.Exchange(ref _away, 1) == 0)
        {
            _note($"{Address} does not answer ({failure.Message}); waiting for it");
        }
    }

    /// <summary>Lets a server that is away come back.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(FirstPause, _clock, cancellationToken);

    private void Back()
    {
        if (Interlocked.Exchange(ref _away, 0) == 1)
        {
            _note($"{Address} answers again");
        }
    }

    private static bool IsAway(HttpStatusCode status) =>
        status is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests;

    private static bool IsRepeatable(HttpRequestMessage request) => request.Method != HttpMethod.Post || request.Headers.Contains(IdempotencyKey);

    private static HttpRequestMessage Copy(HttpRequestMessage request, byte[]? body)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        foreach (var header in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        if (body is not null)
        {
            copy.Content = new ByteArrayContent(body);
            copy.Content.Headers.ContentType = request.Content!.Headers.ContentType;
        }

        return copy;
    }

    private async Task<Exception> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Problem? problem = null;
        try
        {
            problem = await response.Content.ReadFromJsonAsync<Problem>(ApiJson.Options, cancellationToken);
        }
        catch (Exception error) when (error is JsonException or HttpRequestException or IOException or NotSupportedException)
        {
            // Something between us and the server, such as a proxy, has answered.
        }

        int status = (int)response.StatusCode;
        string detail = problem?.Detail ?? $"{Address} answered {status} {response.ReasonPhrase} to {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath}";
        return problem?.Code switch
        {
            ProblemCodes.InvalidInput => InvalidInputException.Restore(detail, problem.Errors ?? [detail]),
            ProblemCodes.NotFound => new NotFoundException(detail),
            ProblemCodes.Conflict => new ConflictException(detail),
            ProblemCodes.AccessDenied => new AccessDeniedException(detail),
            _ when response.StatusCode == HttpStatusCode.Unauthorized => new AccessDeniedException($"{Address} asks who you are: run 'vincxr login {Address}' or set VINCXR_KEY"),
            _ when response.StatusCode == HttpStatusCode.Forbidden => new AccessDeniedException(detail),
            _ => new StoreException(detail),
        };
    }
}
