using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Server.Api.Events;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security;

namespace VinCxr.Server.Api.Endpoints;

/// <summary>Trials: details, metrics, logs, files.</summary>
internal static class TrialEndpoints
{
    public static void Map(RouteGroupBuilder trials)
    {
        var one = trials.MapGroup("/{trial}").RequireRole(Policies.Viewer).ProducesProblem(StatusCodes.Status404NotFound);
        one.MapGet("", GetAsync).WithName("GetTrial").WithSummary("State, score, budgets and files of a trial.");
        one.MapGet("/metrics", MetricsAsync).WithName("GetMetrics").WithSummary("Losses, scores, memory and times after a sequence number, at most 1000.");
        one.MapGet("/log", LogAsync).WithName("GetTrialLog").WithSummary("Log lines of all attempts after a sequence number, at most 1000.");
        one.MapGet("/files/{kind}", FileAsync).Produces(StatusCodes.Status200OK, contentType: "application/octet-stream").WithName("DownloadTrialFile")
            .WithSummary("Weights, predictions or checkpoint, as the trial stored it.");
        one.MapGet("/events", EventsAsync).Produces<TrialSummary>(StatusCodes.Status200OK, "text/event-stream").WithName("WatchTrial")
            .WithSummary("Events metric, log and trial until the trial has ended; resumes after Last-Event-ID.");
        trials.MapPost("/{trial}/retry", RetryAsync).RequireRole(Policies.Submitter).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).WithName("RetryTrial").WithSummary("A failed or cancelled trial goes back in line with fresh budgets.");
    }

    private static async Task<TaggedJson<TrialDetails>> GetAsync(string trial, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        new(await planes.Of(user).GetTrialAsync(trial, cancellationToken));

    private static async Task<Ok<IReadOnlyList<MetricPoint>>> MetricsAsync(
        string trial, ClaimsPrincipal user, ControlPlanes planes, long? after, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).GetMetricsAsync(trial, Sequence.Of(after), cancellationToken));

    private static async Task<Ok<IReadOnlyList<LogLine>>> LogAsync(
        string trial, ClaimsPrincipal user, ControlPlanes planes, long? after, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).GetTrialLogAsync(trial, Sequence.Of(after), cancellationToken));

    private static async Task<Ok<TrialSummary>> RetryAsync(string trial, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).RetryTrialAsync(trial, cancellationToken));

    private static async Task FileAsync(
        string trial, string kind, HttpContext context, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken)
    {
        if (!Enum.TryParse<TrialFileKind>(kind, ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted) || !char.IsAsciiLetter(kind[0]))
        {
            throw new NotFoundException($"a trial has no file '{kind}', only weights, predictions and checkpoint");
        }

        await using var file = await planes.Of(user).OpenTrialFileAsync(trial, wanted, cancellationToken);
        var response = context.Response;
        response.ContentType = wanted == TrialFileKind.Predictions ? "text/csv; charset=utf-8" : "application/octet-stream";
        response.ContentLength = file.Length;
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = file.Name }.ToString();
        response.Headers.CacheControl = EntityTags.Private;
        if (file.Sha256 is { } sha256)
        {
            response.GetTypedHeaders().ETag = new EntityTagHeaderValue($"\"{sha256}\"");
        }

        await file.Content.CopyToAsync(response.Body, cancellationToken);
    }

    private static async Task EventsAsync(
        string trial, HttpContext context, ClaimsPrincipal user, ControlPlanes planes, TimeProvider time, CancellationToken cancellationToken)
    {
        var plane = planes.Of(user);
        await plane.GetTrialAsync(trial, cancellationToken);
        var from = TrialFeed.Place.Parse(EventStream.LastEventId(context.Request));
        await EventStream.WriteAsync(context.Response, TrialFeed.ReadAsync(plane, trial, from, time, cancellationToken), time, cancellationToken);
    }
}
