using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace VinCxr.Server.Tests.Webhooks;

/// <param name="Signature">Of the header; empty without one.</param>
/// <param name="EventId">Of the header; empty without one.</param>
internal sealed record Received(string Path, string Signature, string EventId, string Body);

/// <summary>A real HTTP server that takes webhooks, and answers as a test says.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> _requests = new();
    private WebApplication _app = null!;

    private WebhookReceiver()
    {
    }

    /// <summary>Every request, in order.</summary>
    public IReadOnlyList<Received> Requests => [.. _requests];

    /// <summary>Answers a request; 204 until a test says otherwise.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = Status(StatusCodes.Status204NoContent);

    public string Url => $"{_app.Urls.First()}/hook?token=in-the-query";

    public static Func<HttpContext, Task> Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public static async Task<WebhookReceiver> StartAsync()
    {
        var receiver = new WebhookReceiver();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        receiver._app = builder.Build();
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body, Encoding.UTF8);
        string text = await body.ReadToEndAsync(context.RequestAborted);
        _requests.Enqueue(new Received(context.Request.Path, context.Request.Headers["X-VinCxr-Signature"].ToString(), context.Request.Headers["X-VinCxr-Event-Id"].ToString(), text));
        await Answer(context);
    }
}
