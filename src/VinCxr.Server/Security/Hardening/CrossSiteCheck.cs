using Microsoft.AspNetCore.Http;
using VinCxr.Server.Api.Results;

namespace VinCxr.Server.Security.Hardening;

/// <summary>
/// Keeps pages of other sites from making a browser change anything here, or open a socket, with whatever the browser's user may do. Browsers say where
/// a request comes from (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/; Origin, RFC 6454); programs say nothing and bring no cookies.
/// </summary>
internal static class CrossSiteCheck
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (IsChange(context.Request) && !IsOurs(context.Request))
        {
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, "this request comes from a page of another site");
            return;
        }

        await next(context);
    }

    private static bool IsChange(HttpRequest request)
    {
        bool isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        return !isSafe || request.Headers.Upgrade.Count > 0;
    }

    private static bool IsOurs(HttpRequest request)
    {
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is "same-origin" or "none";
        }

        string origin = request.Headers.Origin.ToString();
        if (origin.Length == 0)
        {
            return true;
        }

        // By host and port: the scheme differs behind a proxy that ends TLS.
        return Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && request.Host.Host.Equals(from.Host, StringComparison.OrdinalIgnoreCase)
            && (request.Host.Port ?? from.Port) == from.Port
            && (request.Host.Port is not null || from.IsDefaultPort);
    }
}
