using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Data.Dicom;

namespace VinCxr.Server.Api.Results;

/// <summary>Every error that a server answers with, as problem+json (RFC 9457).</summary>
internal static class Problems
{
    /// <summary>What people caused says so in one line; a defect says nothing of the inside.</summary>
    public static Problem Of(Exception exception) => exception switch
    {
        InvalidInputException input => new Problem(StatusCodes.Status400BadRequest, "Invalid input", input.Message, ProblemCodes.InvalidInput, input.Errors),
        NotFoundException => new Problem(StatusCodes.Status404NotFound, "Not found", exception.Message, ProblemCodes.NotFound),
        ConflictException => new Problem(StatusCodes.Status409Conflict, "Conflict", exception.Message, ProblemCodes.Conflict),
        AccessDeniedException => new Problem(StatusCodes.Status403Forbidden, "Access denied", exception.Message, ProblemCodes.AccessDenied),
        DicomException => new Problem(StatusCodes.Status422UnprocessableEntity, "Image cannot be shown", exception.Message, ProblemCodes.UnreadableImage),
        StoreException => new Problem(StatusCodes.Status503ServiceUnavailable, "Store unavailable", exception.Message, ProblemCodes.Unavailable),
        OrleansException or TimeoutException => new Problem(
            StatusCodes.Status503ServiceUnavailable, "Cluster unavailable", "the cluster does not answer, try again in a moment", ProblemCodes.Unavailable),
        BadHttpRequestException bad => new Problem(bad.StatusCode, "Bad request", bad.Message, ProblemCodes.InvalidInput),
        _ => new Problem(StatusCodes.Status500InternalServerError, "Internal error", "a defect of this server; its log says more"),
    };

    public static Problem Of(int status, string detail) => new(status, ReasonPhrases.GetReasonPhrase(status), detail, status switch
    {
        StatusCodes.Status404NotFound => ProblemCodes.NotFound,
        StatusCodes.Status403Forbidden => ProblemCodes.AccessDenied,

        // Who is asked for a key, or to wait, has written nothing wrong.
        StatusCodes.Status401Unauthorized or StatusCodes.Status429TooManyRequests or >= 500 => null,
        _ => ProblemCodes.InvalidInput,
    });

    public static Task WriteAsync(HttpContext context, int status, string detail) => WriteAsync(context, Of(status, detail));

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return context.Response.WriteAsJsonAsync(problem, ApiJson.Options, "application/problem+json", CancellationToken.None);
    }
}
