using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using VinCxr.Contracts.Api;
using VinCxr.Core;

namespace VinCxr.Server.Api.Results;

/// <summary>A JSON body of at most a page; nothing at all stands for the record's defaults.</summary>
/// <typeparam name="T">A record that can be made of <c>{}</c>.</typeparam>
internal sealed record JsonBody<T>(T Value) : IBindableFromHttpContext<JsonBody<T>>, IEndpointParameterMetadataProvider
{
    private const int MaxBytes = 64 * 1024;

    public static async ValueTask<JsonBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        string text = await BodyText.ReadAsync(context.Request, MaxBytes);
        if (text.Length == 0)
        {
            return Parse("{}");
        }

        return BodyText.TypeOf(context.Request) == BodyText.Json ? Parse(text) : throw BodyText.Unsupported(context.Request, BodyText.Json);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata([BodyText.Json], typeof(T), isOptional: true));

    private static JsonBody<T> Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, ApiJson.Options) is { } value ? new JsonBody<T>(value) : throw new JsonException("it is null");
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"the body is not as documented: {error.Message}", error);
        }
    }
}
