using System.Globalization;

namespace VinCxr.Data.Dicom.Parsing;

/// <summary>Elements of one data set up to and including its pixel data, with typed reading of single values.</summary>
internal sealed class DicomDataSet
{
    private readonly Dictionary<DicomTag, DicomElement> _elements = [];

    public IEnumerable<DicomElement> Elements => _elements.Values;

    /// <summary>Reads elements until the bytes end or the pixel data was met: nothing behind it describes the image.</summary>
    public static DicomDataSet Read(ReadOnlyMemory<byte> bytes, DicomEncoding encoding)
    {
        var reader = new ElementReader(bytes, encoding);
        var set = new DicomDataSet();
        while (reader.Next() is { } element)
        {
            set._elements[element.Tag] = element;
            if (element.Tag == DicomTag.PixelData)
            {
                break;
            }
        }

        return set;
    }

    public DicomElement? Find(DicomTag tag) => _elements.GetValueOrDefault(tag);

    public void Add(DicomElement element) => _elements[element.Tag] = element;

    /// <summary>Trimmed text of the value, or null when absent or empty.</summary>
    public string? Text(DicomTag tag)
    {
        if (Find(tag) is not { } element)
        {
            return null;
        }

        string text = System.Text.Encoding.Latin1.GetString(element.Value.Span).Trim(' ', '\0');
        return text.Length == 0 ? null : text;
    }

    /// <summary>First value as an integer, whether the element is binary (US, SS, UL) or decimal text (IS); null when absent or empty.</summary>
    /// <exception cref="DicomException">Not an integer.</exception>
    public int? Integer(DicomTag tag)
    {
        if (Find(tag) is not { Value.Length: > 0 } element)
        {
            return null;
        }

        ReadOnlySpan<byte> value = element.Value.Span;
        switch (element.Vr)
        {
            case "IS" or "DS" or "LO" or "SH" or "CS":
                if (Text(tag) is not { } text)
                {
                    return null;
                }

                return int.TryParse(First(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int parsed)
                    ? parsed
                    : throw new DicomException($"{Name(tag)} is '{DicomText.Clean(text)}', not an integer");
            case "SS" when value.Length >= 2:
                return (short)element.Encoding.U16(value);
            case "UL" or "SL" when value.Length >= 4:
                return (int)Math.Min(element.Encoding.U32(value), int.MaxValue);
            case "US" or "UN" or "OW" when value.Length >= 2:
                return element.Encoding.U16(value);
            default:
                throw new DicomException($"{Name(tag)} has {value.Length} bytes of VR {element.Vr}, not an integer");
        }
    }

    /// <summary>All values of decimal text (DS); empty when absent.</summary>
    /// <exception cref="DicomException">A value is not a finite number.</exception>
    public IReadOnlyList<double> Decimals(DicomTag tag)
    {
        if (Find(tag) is not { } element || Text(tag) is not { } text)
        {
            return [];
        }

        if (element.Vr is "FD" && element.Value.Length >= 8)
        {
            return [element.Encoding.F64(element.Value.Span)];
        }

        string[] parts = text.Split('\\');
        var values = new List<double>(parts.Length);
        foreach (string part in parts)
        {
            string trimmed = part.Trim(' ', '\0');
            if (trimmed.Length == 0)
            {
                continue;
            }

            values.Add(
                double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
                    ? value
                    : throw new DicomException($"{Name(tag)} is '{DicomText.Clean(text)}', not a number"));
        }

        return values;
    }

    /// <summary>Data sets of the items of a sequence; empty when absent.</summary>
    public IEnumerable<DicomDataSet> Items(DicomTag tag)
    {
        if (Find(tag) is not { } sequence)
        {
            yield break;
        }

        foreach (ReadOnlyMemory<byte> item in new ElementReader(sequence.Value, sequence.Encoding).Items(tag))
        {
            yield return Read(item, sequence.Encoding);
        }
    }

    public static string Name(DicomTag tag) => DicomDictionary.Find(tag) is { } known ? $"{tag} {known.Keyword}" : tag.ToString();

    private static string First(string text) => text.Split('\\', 2)[0].Trim(' ', '\0');
}
