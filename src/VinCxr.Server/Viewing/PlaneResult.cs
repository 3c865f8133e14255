using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using VinCxr.Data.Datasets;
using VinCxr.Data.Imaging;
using VinCxr.Server.Api.Results;

namespace VinCxr.Server.Viewing;

/// <summary>
/// A plane as 16-bit little-endian samples, row by row from the top. Headers say the rest: <c>Plane-Size</c> (width, height), <c>Plane-Region</c>
/// (x, y, width, height of the part of the original that it shows), <c>Plane-Values</c> (of samples 0 and 65535), <c>Plane-Windows</c> (centre and width
/// of each), <c>Plane-Voi</c> and <c>Plane-Inverted</c>.
/// </summary>
internal sealed class PlaneResult(DatasetImage image, PlaneRequest request, PlaneService planes) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var tag = new EntityTagHeaderValue($"\"{request.TagOf(image)}\"");
        if (EntityTags.TryAnswer(httpContext, tag, EntityTags.Private))
        {
            return;
        }

        var stored = await planes.ReadAsync(image, request, httpContext.RequestAborted);
        EntityTags.Set(response, tag, EntityTags.Private);
        Describe(response.Headers, stored);
        response.ContentType = "application/octet-stream";
        response.ContentLength = stored.Plane.Bytes.Length;
        await response.Body.WriteAsync(stored.Plane.Bytes, httpContext.RequestAborted);
    }

    private void Describe(IHeaderDictionary headers, StoredPlane stored)
    {
        var region = stored.Plane.Region ?? PixelRegion.Whole(image.Columns, image.Rows);
        headers["Plane-Size"] = HeaderNumbers.Of(stored.Plane.Width, stored.Plane.Height);
        headers["Plane-Region"] = HeaderNumbers.Of(region.X, region.Y, region.Width, region.Height);
        headers["Plane-Values"] = HeaderNumbers.Of(stored.Low, stored.High);
        headers["Plane-Windows"] = HeaderNumbers.Of([.. stored.Windows.SelectMany(w => new[] { w.Center, w.Width })]);
        headers["Plane-Voi"] = stored.HasVoiLut ? "LUT" : stored.VoiFunction;
        headers["Plane-Inverted"] = stored.IsInverted ? "true" : "false";
    }
}
