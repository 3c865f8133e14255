using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using VinCxr.Contracts.Api;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security;

namespace VinCxr.Server.Api.Endpoints;

/// <summary>Data sets of the server's store; clients never name another store.</summary>
internal static class DatasetEndpoints
{
    public static void Map(RouteGroupBuilder datasets)
    {
        datasets.MapGet("", ListAsync).RequireRole(Policies.Viewer).WithName("ListDatasets").WithSummary("The newest version of every data set, by name.");
        datasets.MapGet("/{reference}", GetAsync).RequireRole(Policies.Viewer).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GetDataset").WithSummary("One data set, by name or name@sha256:hex.");
        datasets.MapGet("/{reference}/statistics", StatisticsAsync).RequireRole(Policies.Viewer).ProducesProblem(StatusCodes.Status404NotFound).Produces(StatusCodes.Status304NotModified)
            .WithName("GetDatasetStatistics").WithSummary("Classes, boxes, raters and sizes of a data set as counts; with an ETag.");
    }

    private static async Task<Ok<IReadOnlyList<DatasetEntry>>> ListAsync(ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).ListDatasetsAsync(cancellationToken));

    private static async Task<Ok<DatasetInfo>> GetAsync(string reference, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        TypedResults.Ok(await planes.Of(user).GetDatasetAsync(reference, cancellationToken));

    private static async Task<TaggedJson<DatasetStatistics>> StatisticsAsync(string reference, ClaimsPrincipal user, ControlPlanes planes, CancellationToken cancellationToken) =>
        new(await planes.Of(user).GetDatasetStatisticsAsync(reference, cancellationToken));
}
