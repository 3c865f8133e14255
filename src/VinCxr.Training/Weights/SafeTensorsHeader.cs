using System.Buffers.Binary;
using System.Text.Json;
using VinCxr.Core;
using static TorchSharp.torch;

namespace VinCxr.Training.Weights;

/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte.</param>
internal sealed record SafeTensorsEntry(string Name, ScalarType Type, long[] Shape, long Begin, long End);

/// <summary>
/// Header of a safetensors file (https://github.com/huggingface/safetensors, "Format"): 8 bytes of length, little endian, then JSON with
/// type, shape and place of every tensor. Tensors follow without gaps, little endian, row-major.
/// </summary>
internal sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    private const string MetadataKey = "__metadata__";
    private const int LengthBytes = 8;

    /// <summary>The format's own limit: a header of this many bytes or fewer.</summary>
    private const long MaxBytes = 100_000_000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly (string Name, ScalarType Type, int Bytes)[] Types =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>Lays tensors out one after the other.</summary>
    public static SafeTensorsHeader Describe(IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new List<SafeTensorsEntry>();
        long offset = 0;
        foreach ((string name, Tensor tensor) in tensors)
        {
            long end = offset + (tensor.numel() * tensor.element_size());
            entries.Add(new SafeTensorsEntry(name, tensor.dtype, tensor.shape, offset, end));
            offset = end;
        }

        return new SafeTensorsHeader(entries, metadata);
    }

    /// <summary>Writes length and JSON, padded with spaces so that the data starts at a multiple of 8.</summary>
    public void Write(Stream stream)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            WriteMetadata(writer);
            foreach (SafeTensorsEntry entry in Entries)
                WriteEntry(writer, entry);
            writer.WriteEndObject();
        }

        while (json.Length % LengthBytes != 0)
            json.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        stream.Write(length);
        json.WriteTo(stream);
    }

    /// <summary>Reads and checks the header; the stream is left at the first byte of data.</summary>
    /// <param name="source">Name of the file, for errors.</param>
    /// <exception cref="TrainingException">Not a safetensors file, damaged, or with a type that is not supported.</exception>
    public static SafeTensorsHeader Read(Stream stream, string source)
    {
        long available = stream.Length - LengthBytes;
        byte[] prefix = new byte[LengthBytes];
        long length = available < 0 ? -1 : ReadLength(stream, prefix);
        if (length < 2 || length > Math.Min(available, MaxBytes))
            throw Broken(source, $"its header length {length} does not fit a file of {stream.Length} bytes");

        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes, Strict);
            SafeTensorsHeader header = Parse(json.RootElement, source);
            header.CheckLayout(available - length, source);
            return header;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Broken(source, $"its header is malformed ({error.Message})", error);
        }
    }

    private static long ReadLength(Stream stream, byte[] prefix)
    {
        stream.ReadExactly(prefix);
        return BinaryPrimitives.ReadInt64LittleEndian(prefix);
    }

    private static SafeTensorsHeader Parse(JsonElement root, string source)
    {
        var entries = new List<SafeTensorsEntry>();
        var metadata = new Dictionary<string, string>();
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == MetadataKey)
            {
                foreach (JsonProperty pair in property.Value.EnumerateObject())
                    metadata[pair.Name] = pair.Value.GetString() ?? "";
                continue;
            }

            string type = property.Value.GetProperty("dtype").GetString() ?? "";
            int known = Array.FindIndex(Types, t => t.Name == type);
            if (known < 0)
                throw Broken(source, $"tensor '{property.Name}' has type '{type}'; known are {string.Join(", ", Types.Select(t => t.Name))}");
            long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
            long[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(d => d.GetInt64())];
            if (offsets.Length != 2 || shape.Any(d => d < 0))
                throw Broken(source, $"tensor '{property.Name}' has an impossible shape or place");
            entries.Add(new SafeTensorsEntry(property.Name, Types[known].Type, shape, offsets[0], offsets[1]));
        }

        return new SafeTensorsHeader(entries, metadata);
    }

    /// <summary>Tensors must fill the data exactly: no gap, no overlap, nothing after the last.</summary>
    private void CheckLayout(long dataBytes, string source)
    {
        long offset = 0;
        foreach (SafeTensorsEntry entry in Entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            // In double precision first: a product of hostile dimensions may overflow.
            double bytes = entry.Shape.Aggregate((double)Array.Find(Types, t => t.Type == entry.Type).Bytes, (product, d) => product * d);
            if (entry.Begin != offset || entry.End - entry.Begin != bytes)
                throw Broken(source, $"tensor '{entry.Name}' lies at bytes {entry.Begin} to {entry.End}, expected {bytes} bytes from {offset}");
            offset = entry.End;
        }

        if (offset != dataBytes)
            throw Broken(source, $"it holds {dataBytes} bytes of data where its header tells of {offset}");
    }

    private void WriteMetadata(Utf8JsonWriter writer)
    {
        if (Metadata.Count == 0)
            return;
        writer.WriteStartObject(MetadataKey);
        foreach ((string key, string value) in Metadata)
            writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter writer, SafeTensorsEntry entry)
    {
        int known = Array.FindIndex(Types, t => t.Type == entry.Type);
        if (known < 0)
            throw new TrainingException($"tensor '{entry.Name}' of type {entry.Type} cannot be written as safetensors; convert it first");
        writer.WriteStartObject(entry.Name);
        writer.WriteString("dtype", Types[known].Name);
        WriteNumbers(writer, "shape", entry.Shape);
        WriteNumbers(writer, "data_offsets", [entry.Begin, entry.End]);
        writer.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string name, long[] values)
    {
        writer.WriteStartArray(name);
        foreach (long value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    private static TrainingException Broken(string source, string reason, Exception? cause = null) =>
        new($"'{source}' is not a sound safetensors file: {reason}; copy or export it again", cause);
}
