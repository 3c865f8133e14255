using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using VinCxr.Server.Web;

namespace VinCxr.Server.Dashboard.Assets;

/// <summary>Scripts and styles of the pages, served from the assembly.</summary>
internal sealed class EmbeddedAssets
{
    private const string Prefix = "assets/";
    private const string Forever = "public, max-age=31536000, immutable";

    private readonly FrozenDictionary<string, EmbeddedFile> _assets = EmbeddedFile.Load(Prefix).ToFrozenDictionary(a => a.Name);

    /// <summary>Address of a file with its version, which browsers keep for good.</summary>
    /// <param name="path">Such as <c>dashboard/app.css</c>.</param>
    /// <exception cref="KeyNotFoundException">No such file is embedded.</exception>
    public string UrlOf(string path) => $"/{path}?v={_assets[path].Version}";

    /// <summary>For everybody: the files hold nothing of any user, and the sign-in page may want them.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var asset in _assets.Values)
        {
            endpoints.MapMethods($"/{asset.Name}", [HttpMethods.Get, HttpMethods.Head], (HttpContext context) =>
                asset.WriteAsync(context, context.Request.Query["v"] == asset.Version ? Forever : "no-cache")).AllowAnonymous().ExcludeFromDescription();
        }
    }
}
