using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Server.Api.Checks;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security;

namespace VinCxr.Server.Api.Endpoints;

/// <summary>What people do with sweeps.</summary>
internal static class SweepEndpoints
{
    public static void Map(RouteGroupBuilder sweeps)
    {
        sweeps.MapPost("", SubmitAsync).RequireRole(Policies.Submitter).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .WithName("SubmitSweep").WithSummary("Submits a sweep; durable when answered. The same Idempotency-Key gives the same sweep.");
        sweeps.MapPost("/validate", CheckAsync).RequireRole(Policies.Viewer).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .WithName("ValidateSweep").WithSummary("Checks a sweep file, and whether its data set and queue are there; lists what it would train first and what that takes. Nothing is recorded.");
        foreach (var verb in Enum.GetValues<SweepVerb>())
        {
            sweeps.MapPost($"/{{sweep}}/{verb.ToString().ToLowerInvariant()}", (string sweep, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
                    planes.Of(user).SteerSweepAsync(sweep, verb, cancellationToken))
                .RequireRole(Policies.Submitter).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
                .WithName($"{verb}Sweep").WithSummary(SummaryOf(verb));
        }

        sweeps.MapPost("/{sweep}/retry", RetryAsync).RequireRole(Policies.Submitter).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .WithName("RetrySweep").WithSummary("Puts failed trials back in line.");
        sweeps.MapPost("/{sweep}/extend", ExtendAsync).RequireRole(Policies.Submitter).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .WithName("ExtendSweep").WithSummary("Goes on with a file of more epochs, variants or other limits.");
    }

    private static string SummaryOf(SweepVerb verb) => verb switch
    {
        SweepVerb.Pause => "Starts no new trials until resumed.",
        SweepVerb.Resume => "Undoes a pause.",
        SweepVerb.Stop => "Lets running trials finish and starts no others.",
        _ => "Ends every trial now.",
    };

    private static async Task<Created<SweepSummary>> SubmitAsync(
        SweepFileBody body, [FromHeader(Name = IdempotencyKey.Header)] string? key, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken)
    {
        var sweep = await planes.Of(user).SubmitSweepAsync(new SubmitSweep(body.Yaml, IdempotencyKey.Check(key), user.Identity?.Name, body.ForkOf), cancellationToken);
        return TypedResults.Created($"{ApiEndpoints.Root}/sweeps/{Uri.EscapeDataString(sweep.Id)}", sweep);
    }

    private static async Task<Ok<SweepFileReport>> CheckAsync(SweepFileBody body, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await SweepFileCheck.RunAsync(planes.Of(user), body.Yaml, cancellationToken));

    private static async Task<Ok<RetryAnswer>> RetryAsync(
        string sweep, JsonBody<RetryRequest> request, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(new RetryAnswer(await planes.Of(user).RetrySweepAsync(sweep, request.Value.Cancelled, cancellationToken)));

    private static async Task<Ok<SweepSummary>> ExtendAsync(
        string sweep, SweepFileBody body, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).ExtendSweepAsync(sweep, body.Yaml, cancellationToken));
}
