using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using VinCxr.Server.Dashboard.Access;
using VinCxr.Server.Dashboard.Assets;
using VinCxr.Server.Dashboard.Live;
using VinCxr.Server.Security;

namespace VinCxr.Server.Dashboard;

/// <summary>The pages for people: Blazor components that run on the server, over a socket.</summary>
internal static class DashboardExtensions
{
    public static IServiceCollection AddVinCxrDashboard(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(circuit =>
        {
            // A page left in a tab whose connection is gone holds its data for this long, so that a short loss of network costs nobody a place.
            circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
            circuit.DisconnectedCircuitMaxRetained = 50;
        });
        services.AddCascadingAuthenticationState();

        // Notices at the bottom: at the top they would lie on the buttons that bring them.
        services.AddMudServices(o => o.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight);
        services.AddSingleton<EmbeddedAssets>();
        services.AddSingleton<LiveFeeds>();
        services.AddScoped<PageCaller>();
        return services;
    }

    /// <summary>Answers an address that leads nowhere: a page for people.</summary>
    /// <returns>False for programs, which get a problem.</returns>
    public static async Task<bool> TryShowNotFoundAsync(HttpContext context)
    {
        bool isForPeople = context.Response.StatusCode == StatusCodes.Status404NotFound
            && HttpMethods.IsGet(context.Request.Method)
            && !context.Request.Path.StartsWithSegments("/api")
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        if (isForPeople)
        {
            // A page that says itself that what it names is not there has begun an answer; the renderer drops it, but for this header and its services.
            context.Response.Headers.Remove("blazor-enhanced-nav");
            var services = context.RequestServices;
            await using var scope = services.CreateAsyncScope();
            context.RequestServices = scope.ServiceProvider;
            try
            {
                await new RazorComponentResult<App> { StatusCode = StatusCodes.Status404NotFound }.ExecuteAsync(context);
            }
            finally
            {
                context.RequestServices = services;
            }
        }

        return isForPeople;
    }

    /// <summary>The pages; after the middleware that lets people in.</summary>
    public static void MapVinCxrDashboard(this WebApplication app)
    {
        app.UseAntiforgery();
        app.Services.GetRequiredService<EmbeddedAssets>().Map(app);
        app.MapGet("/", () => Results.LocalRedirect("/sweeps")).RequireAuthorization(Policies.Viewer).ExcludeFromDescription();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode().RequireAuthorization(Policies.Viewer);
    }
}
