using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace VinCxr.Server.Security.Hardening;

/// <summary>What browsers are told about every answer.</summary>
internal static class SecurityHeaders
{
    /// <summary>Everything from this server only. Styles inline for MudBlazor; pictures also made in the page (canvas, blobs).</summary>
    public const string ContentSecurityPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(Add, context.Response);
        return next(context);
    }

    private static Task Add(object state)
    {
        var headers = ((HttpResponse)state).Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";

        // A page that states a policy of its own is held to both.
        headers.ContentSecurityPolicy = StringValues.Concat(headers.ContentSecurityPolicy, ContentSecurityPolicy);
        return Task.CompletedTask;
    }
}
