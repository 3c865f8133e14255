using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using VinCxr.Server.Api.Results;

namespace VinCxr.Server.Security.Hardening;

/// <summary>Answers a body that says it is too long before it is read; one that does not say is cut off by the server (413, too).</summary>
internal static class BodyLimit
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } most && context.Request.ContentLength > most)
        {
            await Problems.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, $"the body has {context.Request.ContentLength} bytes, more than {most}");
            return;
        }

        await next(context);
    }
}
