using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using VinCxr.Core;
using VinCxr.Server.Api.Endpoints;
using VinCxr.Server.Api.Results;
using VinCxr.Server.Security;
using VinCxr.Server.Web;

namespace VinCxr.Server.Viewing;

/// <summary>
/// The viewer's page: files inside this assembly that need nothing from elsewhere. They hold nothing of anybody, so every caller gets them; what they
/// show comes over the REST API.
/// </summary>
internal static class ViewerPage
{
    public const string Path = "/viewer";

    private const string Start = "viewer.html";
    private const string ResourcePrefix = "viewer/";

    /// <summary>Stricter than what holds for all pages: nothing inline. The icon is an empty one within the page.</summary>
    private const string ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly FrozenDictionary<string, EmbeddedFile> Files = EmbeddedFile.Load(ResourcePrefix).ToFrozenDictionary(f => f.Name);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, (HttpContext context) => SendAsync(context, Start)).RequireRole(Policies.Viewer).ExcludeFromDescription();
        endpoints.MapGet($"{Path}/{{file}}", (HttpContext context, string file) => SendAsync(context, file)).RequireRole(Policies.Viewer).ExcludeFromDescription();
    }

    private static Task SendAsync(HttpContext context, string name)
    {
        var file = Files.GetValueOrDefault(name) ?? throw new NotFoundException($"the viewer has no file '{name}'");
        context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        return file.WriteAsync(context, EntityTags.Private);
    }
}
