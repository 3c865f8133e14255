using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using VinCxr.Contracts.Api;
using VinCxr.Server.Api.Events;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Uploads;

namespace VinCxr.Server.Api.Endpoints;

/// <summary>The REST API, version 1, and its OpenAPI document.</summary>
internal static class ApiEndpoints
{
    public const string Root = "/api/v1";
    public const string Document = "/openapi/v1.json";

    public static void AddVinCxrApi(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<JsonOptions>(options => ApiJson.Configure(options.SerializerOptions));
        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ProblemHandler>();
        builder.Services.AddSingleton(s => new SweepFeeds(s.GetRequiredService<GrainControlPlane>().GetSweepAsync, s.GetRequiredService<TimeProvider>()));
        builder.Services.AddOpenApi("v1", ApiDocument.Configure);
    }

    /// <returns>The group that holds the endpoints; others add theirs to it.</returns>
    public static RouteGroupBuilder MapVinCxrApi(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        var api = app.MapGroup(Root);
        foreach (int status in new[] { StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status503ServiceUnavailable })
        {
            api.ProducesProblem(status);
        }

        SweepEndpoints.Map(api.MapGroup("/sweeps").WithTags("Sweeps"));
        SweepReadEndpoints.Map(api.MapGroup("/sweeps").WithTags("Sweeps"));
        TrialEndpoints.Map(api.MapGroup("/trials").WithTags("Trials"));
        NodeEndpoints.Map(api.MapGroup("/nodes").WithTags("Nodes"));
        QueueEndpoints.Map(api.MapGroup("/queues").WithTags("Queues"));
        DatasetEndpoints.Map(api.MapGroup("/datasets").WithTags("Data sets"));
        UploadEndpoints.Map(api.MapGroup("/datasets/{dataset}/uploads").WithTags("Uploads"), app.Services.GetRequiredService<UploadOptions>());
        return api;
    }
}
