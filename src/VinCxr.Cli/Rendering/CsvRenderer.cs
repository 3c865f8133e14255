using System.Globalization;

namespace VinCxr.Cli.Rendering;

/// <summary>Rows as RFC 4180 CSV with <c>\n</c> line ends.</summary>
internal static class CsvRenderer
{
    public static void Write<T>(TextWriter text, IEnumerable<T> rows, IReadOnlyList<Column<T>> columns)
    {
        text.Write(string.Join(',', columns.Select(c => c.Key)) + "\n");
        foreach (T row in rows)
        {
            text.Write(string.Join(',', columns.Select(c => Field(c.Value(row)))) + "\n");
        }
    }

    private static string Field(object? value)
    {
        string field = value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
