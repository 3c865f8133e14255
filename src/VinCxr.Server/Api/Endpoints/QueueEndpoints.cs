using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using VinCxr.Contracts.Api;
using VinCxr.Contracts.Scheduling;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security;

namespace VinCxr.Server.Api.Endpoints;

/// <summary>Queues and their limits.</summary>
internal static class QueueEndpoints
{
    public static void Map(RouteGroupBuilder queues)
    {
        queues.MapGet("", ListAsync).RequireRole(Policies.Viewer).WithName("ListQueues").WithSummary("Queues and their limits, by name.");
        queues.MapGet("/{queue}", GetAsync).RequireRole(Policies.Viewer).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GetQueue").WithSummary("A queue with its users and every waiting trial, with the reason why it waits.");
        queues.MapPut("/{queue}", SetAsync).RequireRole(Policies.Operator).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType).WithName("SetQueue").WithSummary("Creates or changes a queue; it holds from the next lease on.");
        queues.MapDelete("/{queue}", RemoveAsync).RequireRole(Policies.Operator).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).WithName("RemoveQueue").WithSummary("Removes a queue in which no unfinished sweep waits.");
    }

    private static async Task<Ok<IReadOnlyList<QueueSettings>>> ListAsync(ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).ListQueuesAsync(cancellationToken));

    private static async Task<Ok<QueueSummary>> GetAsync(string queue, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).GetQueueAsync(queue, cancellationToken));

    private static async Task<Ok<QueueSettings>> SetAsync(
        string queue, JsonBody<QueueLimits> body, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken)
    {
        var limits = body.Value;
        var settings = new QueueSettings(queue, limits.Weight, limits.Slots, limits.UserSlots, limits.HalfLifeHours, limits.Preempts);
        await planes.Of(user).SetQueueAsync(settings, cancellationToken);
        return TypedResults.Ok(settings);
    }

    private static async Task<NoContent> RemoveAsync(string queue, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken)
    {
        await planes.Of(user).RemoveQueueAsync(queue, cancellationToken);
        return TypedResults.NoContent();
    }
}
