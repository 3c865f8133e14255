using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using VinCxr.Contracts.Nodes;
using VinCxr.Server.Api.Events;
using VinCxr.Server.Security;

namespace VinCxr.Server.Api.Endpoints;

/// <summary>Nodes that train.</summary>
internal static class NodeEndpoints
{
    public static void Map(RouteGroupBuilder nodes)
    {
        nodes.MapGet("", ListAsync).RequireRole(Policies.Viewer).WithName("ListNodes").WithSummary("Agents heard of lately, with their slots, by name.");
        nodes.MapGet("/events", EventsAsync).RequireRole(Policies.Viewer).Produces<NodeSummary[]>(StatusCodes.Status200OK, "text/event-stream")
            .WithName("WatchNodes").WithSummary("Event nodes with all of them, whenever one has changed.");
        nodes.MapPut("/{node}/drain", (string node, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) => DrainAsync(node, true, user, planes, cancellationToken))
            .RequireRole(Policies.Operator).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("DrainNode").WithSummary("The node takes no more work and hands its leases back after a checkpoint.");
        nodes.MapDelete("/{node}/drain", (string node, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) => DrainAsync(node, false, user, planes, cancellationToken))
            .RequireRole(Policies.Operator).ProducesProblem(StatusCodes.Status404NotFound).WithName("UndrainNode").WithSummary("The node takes work again.");
    }

    private static async Task<Ok<IReadOnlyList<NodeSummary>>> ListAsync(ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).ListNodesAsync(cancellationToken));

    private static async Task<NoContent> DrainAsync(string node, bool drain, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken)
    {
        await planes.Of(user).SetDrainAsync(node, drain, cancellationToken);
        return TypedResults.NoContent();
    }

    private static Task EventsAsync(HttpContext context, ClaimsPrincipal user, ControlPlanes planes, TimeProvider time, CancellationToken cancellationToken) =>
        EventStream.WriteAsync(context.Response, NodeFeed.ReadAsync(planes.Of(user), time, cancellationToken), time, cancellationToken);
}
