using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Orleans.Dashboard;
using VinCxr.Server.Security;

namespace VinCxr.Server.Dashboard.Ops;

/// <summary>The dashboard that comes with Orleans, of silos and grains, for operators: it shows calls and lets nobody change anything.</summary>
internal static class OpsDashboard
{
    public const string Path = "/ops";

    /// <remarks>Without its stream of the log: names of files, which may be those of patients, are not for every operator.</remarks>
    public static void AddTo(WebApplicationBuilder builder) => builder.UseOrleans(silo => silo.AddDashboard(o => o.HideTrace = true));

    public static void Map(WebApplication app) => app.MapOrleansDashboard(Path).RequireAuthorization(Policies.Operator).ExcludeFromDescription();
}
