using System.Globalization;
using System.Text.Json;

namespace VinCxr.Server.Tests.Api;

/// <summary>One operation as the OpenAPI document tells it.</summary>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="BodyTypes">Media types of the body; none without one.</param>
internal sealed record ApiOperation(
    string Id, HttpMethod Method, string Path, string? Summary, IReadOnlyList<ApiParameter> Parameters, IReadOnlyList<string> BodyTypes,
    IReadOnlyList<string> BodyProperties, IReadOnlyList<int> Statuses, bool IsStream)
{
    public static async Task<IReadOnlyList<ApiOperation>> ReadAsync(HttpClient client, Uri document)
    {
        using var json = JsonDocument.Parse(await client.GetStringAsync(document));
        List<ApiOperation> operations = [];
        foreach (var path in json.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                operations.Add(Of(json.RootElement, path.Name, operation));
            }
        }

        return operations;
    }

    private static ApiOperation Of(JsonElement root, string path, JsonProperty operation)
    {
        var value = operation.Value;
        ApiParameter[] parameters = value.TryGetProperty("parameters", out var listed) ? [.. listed.EnumerateArray().Select(ApiParameter.Of)] : [];
        bool hasBody = value.TryGetProperty("requestBody", out var body);
        var content = hasBody ? body.GetProperty("content") : default;
        string[] types = hasBody ? [.. content.EnumerateObject().Select(c => c.Name)] : [];
        var responses = value.GetProperty("responses");
        return new ApiOperation(
            value.TryGetProperty("operationId", out var id) ? id.GetString()! : $"{operation.Name} {path}",
            new HttpMethod(operation.Name.ToUpperInvariant()),
            path,
            value.TryGetProperty("summary", out var summary) ? summary.GetString() : null,
            parameters,
            types,
            types.Length > 0 ? PropertiesOf(root, content.GetProperty(types[0]).GetProperty("schema")) : [],
            [.. responses.EnumerateObject().Select(r => int.Parse(r.Name, CultureInfo.InvariantCulture))],
            responses.EnumerateObject().Any(r => r.Value.TryGetProperty("content", out var c) && c.TryGetProperty("text/event-stream", out _)));
    }

    private static string[] PropertiesOf(JsonElement root, JsonElement schema)
    {
        // A body that may be left out is one of null and the real thing.
        if (schema.TryGetProperty("oneOf", out var choices))
        {
            schema = choices.EnumerateArray().First(c => c.TryGetProperty("$ref", out _));
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = root.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        return schema.TryGetProperty("properties", out var properties) ? [.. properties.EnumerateObject().Select(p => p.Name)] : [];
    }
}

/// <param name="In">path, query or header.</param>
internal sealed record ApiParameter(string Name, string In)
{
    public static ApiParameter Of(JsonElement parameter) => new(parameter.GetProperty("name").GetString()!, parameter.GetProperty("in").GetString()!);
}
