using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using VinCxr.Core;
using VinCxr.Data.Activations;
using VinCxr.Server.Api.Results;

namespace VinCxr.Server.Viewing;

/// <summary>
/// An activation map as one byte a cell, row by row from the top. Headers say the rest: <c>Activation-Size</c> (cells across and down), <c>Activation-Area</c>
/// (x, y, width, height of what the cells cover, in pixels of the original; reaches beyond the image where cells do), <c>Activation-Seen</c> (x, y, width, height of
/// the part of the original that the model was given) and <c>Activation-Peak</c> (confidence of a cell of 255).
/// </summary>
internal sealed class ActivationMapResult(StoredActivationMaps maps, string image) : IResult
{
    private const int TagBytes = 16;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{maps.Blob} {image}"));
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(hash.AsSpan(0, TagBytes))}\"");
        if (EntityTags.TryAnswer(httpContext, tag, EntityTags.Private))
        {
            return;
        }

        var map = await maps.FindAsync(image, httpContext.RequestAborted) ?? throw new NotFoundException($"no activation map of image '{image}'");
        var response = httpContext.Response;
        EntityTags.Set(response, tag, EntityTags.Private);
        response.Headers["Activation-Size"] = HeaderNumbers.Of(map.Width, map.Height);
        response.Headers["Activation-Area"] = HeaderNumbers.Of(map.Area.XMin, map.Area.YMin, map.Area.Width, map.Area.Height);
        response.Headers["Activation-Seen"] = HeaderNumbers.Of(map.Seen.X, map.Seen.Y, map.Seen.Width, map.Seen.Height);
        response.Headers["Activation-Peak"] = HeaderNumbers.Of(map.Peak);
        response.ContentType = "application/octet-stream";
        response.ContentLength = map.Cells.Length;
        await response.Body.WriteAsync(map.Cells, httpContext.RequestAborted);
    }
}
