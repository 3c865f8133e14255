using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Core.Sweeps;

namespace VinCxr.Server.Api.Results;

/// <summary>A sweep file in a body: as it is (<c>application/yaml</c>, RFC 9512) or within JSON.</summary>
internal sealed record SweepFileBody(string Yaml, string? ForkOf) : IBindableFromHttpContext<SweepFileBody>, IEndpointParameterMetadataProvider
{
    private const string Yml = "application/yaml";

    /// <summary>UTF-8 takes up to four bytes for a character; JSON escapes take more.</summary>
    private const int MaxBytes = 8 * SweepFile.MaxLength;

    public static async ValueTask<SweepFileBody?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        string? type = BodyText.TypeOf(context.Request);
        if (type is not (Yml or "application/x-yaml" or "text/yaml" or BodyText.Json))
        {
            throw BodyText.Unsupported(context.Request, $"{Yml} or {BodyText.Json}");
        }

        string text = await BodyText.ReadAsync(context.Request, MaxBytes);
        if (type != BodyText.Json)
        {
            return new SweepFileBody(text, null);
        }

        try
        {
            var request = JsonSerializer.Deserialize<SweepFileRequest>(text, ApiJson.Options);
            return request is { Yaml: not null }
                ? new SweepFileBody(request.Yaml, request.ForkOf)
                : throw new InvalidInputException("the body has no 'yaml'; give the sweep file's text there");
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"the body is not the JSON of a sweep file: {error.Message}", error);
        }
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata([BodyText.Json, Yml], typeof(SweepFileRequest)));
}
