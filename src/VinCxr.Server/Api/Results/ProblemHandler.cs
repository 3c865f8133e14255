using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace VinCxr.Server.Api.Results;

/// <summary>Answers what a request threw, and logs what is a defect.</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is ConnectionResetException || (exception is OperationCanceledException or IOException && httpContext.RequestAborted.IsCancellationRequested))
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }

        var problem = Problems.Of(exception);
        if (problem.Status == StatusCodes.Status500InternalServerError)
        {
            Defect(logger, exception, httpContext.Request.Method, httpContext.Request.Path);
        }

        await Problems.WriteAsync(httpContext, problem);
        return true;
    }

    [LoggerMessage(EventId = 501, Level = LogLevel.Error, Message = "{Method} {Path} met a defect")]
    private static partial void Defect(ILogger logger, Exception exception, string method, string path);
}
