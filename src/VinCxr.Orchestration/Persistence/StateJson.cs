using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VinCxr.Orchestration.Persistence;

/// <summary>How grain state, log entries and Core records inside contracts are written as JSON.</summary>
public static class StateJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(), new PrimitiveConverter() },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <exception cref="Core.StoreException">The text is not what <see cref="Write"/> wrote.</exception>
    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new Core.StoreException($"stored {typeof(T).Name} is null");
        }
        catch (JsonException error)
        {
            throw new Core.StoreException($"stored {typeof(T).Name} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Lower-case hex sha256 of the value's JSON.</summary>
    public static string Hash<T>(T value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Write(value))));

    /// <summary>Searched parameters are string, bool, long or double; the type must survive, or a resumed search would propose other variants.</summary>
    private sealed class PrimitiveConverter : JsonConverter<object>
    {
        public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Number => reader.TryGetInt64(out long whole) ? whole : (object)reader.GetDouble(),
            _ => throw new JsonException($"a parameter is a string, a number or a boolean, not {reader.TokenType}"),
        };

        public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options)
        {
            switch (value)
            {
                case double number:
                    string text = number.ToString("R", CultureInfo.InvariantCulture);
                    writer.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0");
                    break;
                case bool flag:
                    writer.WriteBooleanValue(flag);
                    break;
                case string words:
                    writer.WriteStringValue(words);
                    break;
                case int or long:
                    writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                default:
                    throw new JsonException($"a parameter is a string, a number or a boolean, not {value.GetType().Name}");
            }
        }
    }
}
