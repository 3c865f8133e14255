using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace VinCxr.Cli.Rendering;

/// <summary>YAML with the same names and values as <see cref="JsonRenderer"/>.</summary>
internal static class YamlRenderer
{
    public static void Write(TextWriter text, object data)
    {
        var emitter = new Emitter(text, new EmitterSettings().WithBestWidth(int.MaxValue));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, JsonSerializer.SerializeToElement(data, JsonRenderer.Options));
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        text.WriteLine();
    }

    private static void Emit(Emitter emitter, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                emitter.Emit(new MappingStart());
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    EmitText(emitter, property.Name);
                    Emit(emitter, property.Value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                emitter.Emit(new SequenceStart(null, null, isImplicit: true, element.GetArrayLength() == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                EmitText(emitter, element.GetString()!);
                break;
            default:
                emitter.Emit(new Scalar(element.GetRawText()));
                break;
        }
    }

    /// <summary>Quotes text that a YAML reader would take for a number, a boolean or null.</summary>
    private static void EmitText(Emitter emitter, string value)
    {
        bool ambiguous = value.Length == 0 || double.TryParse(value, out _)
            || value.ToLowerInvariant() is "true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n" or "~";
        ScalarStyle style = ambiguous ? ScalarStyle.DoubleQuoted : value.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal : ScalarStyle.Any;
        emitter.Emit(new Scalar(null, null, value, style, isPlainImplicit: true, isQuotedImplicit: true));
    }
}
