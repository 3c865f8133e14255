using System.Globalization;
using System.Text;

namespace VinCxr.Data.Dicom.Parsing;

/// <summary>Element values as short single-line text for people.</summary>
internal static class DicomText
{
    private const int Longest = 64;

    /// <summary>Control characters become spaces, the length at most 64 characters: safe inside a one-line message.</summary>
    public static string Clean(string text)
    {
        string line = string.Concat(text.Take(Longest + 1).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
        return line.Length <= Longest ? line : line[..(Longest - 1)] + "…";
    }

    public static string Of(DicomElement element, Encoding characters)
    {
        ReadOnlySpan<byte> value = element.Value.Span;
        DicomEncoding encoding = element.Encoding;
        return element.Vr switch
        {
            "SQ" => "sequence",
            "US" => Numbers(value, 2, bytes => encoding.U16(bytes).ToString(CultureInfo.InvariantCulture)),
            "SS" => Numbers(value, 2, bytes => ((short)encoding.U16(bytes)).ToString(CultureInfo.InvariantCulture)),
            "UL" => Numbers(value, 4, bytes => encoding.U32(bytes).ToString(CultureInfo.InvariantCulture)),
            "SL" => Numbers(value, 4, bytes => ((int)encoding.U32(bytes)).ToString(CultureInfo.InvariantCulture)),
            "FL" => Numbers(value, 4, bytes => encoding.F32(bytes).ToString("R", CultureInfo.InvariantCulture)),
            "FD" => Numbers(value, 8, bytes => encoding.F64(bytes).ToString("R", CultureInfo.InvariantCulture)),
            "AT" => Numbers(value, 4, bytes => new DicomTag(encoding.U16(bytes), encoding.U16(bytes[2..])).ToString()),
            "OB" or "OD" or "OF" or "OL" or "OV" or "OW" or "UN" or "SV" or "UV" => $"{element.DeclaredLength ?? (uint)value.Length} bytes",
            _ => Clean(characters.GetString(value[..Math.Min(value.Length, 4 * Longest)]).Trim(' ', '\0')),
        };
    }

    /// <summary>UTF-8 where the file says so, else Latin-1, which shows any byte.</summary>
    public static Encoding Characters(DicomDataSet dataSet) =>
        dataSet.Text(DicomTag.SpecificCharacterSet)?.Contains("ISO_IR 192", StringComparison.Ordinal) == true
            ? Encoding.UTF8
            : Encoding.Latin1;

    private static string Numbers(ReadOnlySpan<byte> value, int size, Func<ReadOnlySpan<byte>, string> format)
    {
        var text = new StringBuilder();
        for (int at = 0; at + size <= value.Length && text.Length <= Longest; at += size)
        {
            text.Append(at == 0 ? "" : "\\").Append(format(value.Slice(at, size)));
        }

        return Clean(text.ToString());
    }
}
