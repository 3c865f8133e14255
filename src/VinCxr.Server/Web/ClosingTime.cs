using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using VinCxr.Server.Api.Results;

namespace VinCxr.Server.Web;

/// <summary>
/// A server that is told to end would wait for its requests, and event streams and pages have no end of their own, files on their way a distant one: they are
/// cut, and take up again where they were with the next server. Other requests finish; new ones are refused.
/// </summary>
internal static class ClosingTime
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next, CancellationToken stopping)
    {
        if (stopping.IsCancellationRequested)
        {
            context.Response.Headers.Connection = "close";
            await Problems.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "the server is shutting down");
            return;
        }

        // Whichever comes last, the end of the server or the beginning of the stream.
        using var closing = stopping.Register(() => CutEndless(context));
        context.Response.OnStarting(() =>
        {
            if (stopping.IsCancellationRequested)
            {
                CutEndless(context);
            }

            return Task.CompletedTask;
        });
        await next(context);
    }

    private static void CutEndless(HttpContext context)
    {
        bool isEndless = context.WebSockets.IsWebSocketRequest || context.Response.ContentType == "text/event-stream"
            || context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is not null;
        if (isEndless)
        {
            context.Abort();
        }
    }
}
