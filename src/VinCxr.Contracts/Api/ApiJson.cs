using System.Text.Json;
using System.Text.Json.Serialization;

namespace VinCxr.Contracts.Api;

/// <summary>How the REST API writes JSON, on both of its ends: camelCase, enums as their names.</summary>
public static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Gives options of somebody else, such as the web server's, the same form.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter());
        return options;
    }
}
