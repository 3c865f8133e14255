using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Server.Api;
using VinCxr.Server.Api.Endpoints;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Dashboard;
using VinCxr.Server.Dashboard.Ops;
using VinCxr.Server.Hosting;
using VinCxr.Server.Security;
using VinCxr.Server.Security.Endpoints;
using VinCxr.Server.Uploads;
using VinCxr.Server.Viewing;

namespace VinCxr.Server.Web;

/// <summary>What a server answers over HTTP.</summary>
internal static class WebServer
{
    /// <summary>Services of the web side; grains and store are registered already.</summary>
    public static void AddTo(WebApplicationBuilder builder, ServeOptions options)
    {
        builder.Services.AddSingleton<GrainControlPlane>();
        builder.AddVinCxrSecurity(options);
        builder.Services.AddUploads(options.Uploads);
        builder.AddVinCxrApi();
        builder.AddVinCxrViewer();
        builder.Services.AddVinCxrDashboard();
        OpsDashboard.AddTo(builder);
    }

    public static void Map(WebApplication app, ServeOptions options)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(async pages =>
        {
            var context = pages.HttpContext;
            if (!await DashboardExtensions.TryShowNotFoundAsync(context))
            {
                string asked = $"{context.Request.Method} {context.Request.Path}";
                await Problems.WriteAsync(
                    context, context.Response.StatusCode, context.Response.StatusCode == StatusCodes.Status404NotFound ? $"nothing answers {asked}" : $"{asked} was refused");
            }
        });
        app.UseVinCxrSecurity(options);
        app.Use((context, next) => ClosingTime.InvokeAsync(context, next, app.Lifetime.ApplicationStopping));
        app.MapGet("/healthz", () => Results.Text("ok")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/readyz", ReadyAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapVinCxrApi().MapSecurityEndpoints().MapViewerEndpoints();
        ViewerPage.Map(app);
        app.MapVinCxrDashboard();
        OpsDashboard.Map(app);
    }

    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult>> ReadyAsync(IStore store)
    {
        try
        {
            await store.Documents.FindAsync("server", "ready");
            return TypedResults.Text("ready");
        }
        catch (StoreException)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
