using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using VinCxr.Contracts.Api;

namespace VinCxr.Server.Api.Results;

/// <summary>JSON with an ETag of its bytes; 304 for whoever has them already.</summary>
internal sealed class TaggedJson<T>(T value) : IResult, IEndpointMetadataProvider
{
    private const int TagBytes = 16;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.Options);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(json).AsSpan(0, TagBytes))}\"");
        if (EntityTags.TryAnswer(httpContext, tag, EntityTags.Private))
        {
            return;
        }

        var response = httpContext.Response;
        EntityTags.Set(response, tag, EntityTags.Private);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = json.Length;
        await response.Body.WriteAsync(json, httpContext.RequestAborted);
    }

    static void IEndpointMetadataProvider.PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), ["application/json"]));
}
