using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace VinCxr.Server.Api.Results;

/// <summary>Conditional requests (RFC 9110, section 13.1.2).</summary>
internal static class EntityTags
{
    /// <summary>Kept by the caller's browser alone, which asks each time whether its caller still may see it.</summary>
    public const string Private = "private, no-cache";

    /// <summary>Answers 304 to a caller who has the bytes of this tag already.</summary>
    /// <returns>False when they are still to be sent.</returns>
    public static bool TryAnswer(HttpContext context, EntityTagHeaderValue tag, string cacheControl)
    {
        if (!context.Request.GetTypedHeaders().IfNoneMatch.Any(t => t == EntityTagHeaderValue.Any || t.Compare(tag, useStrongComparison: false)))
        {
            return false;
        }

        Set(context.Response, tag, cacheControl);
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    public static void Set(HttpResponse response, EntityTagHeaderValue tag, string cacheControl)
    {
        response.GetTypedHeaders().ETag = tag;
        response.Headers.CacheControl = cacheControl;
    }
}
