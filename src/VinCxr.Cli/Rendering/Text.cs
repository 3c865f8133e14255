using System.Globalization;

namespace VinCxr.Cli.Rendering;

/// <summary>Values as people read them.</summary>
internal static class Text
{
    public const string None = "-";

    private static readonly string[] ByteUnits = ["B", "kB", "MB", "GB", "TB"];

    public static string Of(object? value) => value switch
    {
        null => None,
        double number => Score(number),
        bool flag => flag ? "yes" : "no",
        DateTimeOffset time => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        int or long => string.Create(CultureInfo.InvariantCulture, $"{value:N0}"),
        _ => value.ToString() ?? None,
    };

    /// <summary>A score in [0, 1] with four decimals, or a dash.</summary>
    public static string Score(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("0.0000", CultureInfo.InvariantCulture) : None;

    /// <summary>Decimal units: 1 MB is a million bytes.</summary>
    public static string Bytes(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < ByteUnits.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {ByteUnits[unit]}");
    }

    /// <summary>A duration such as <c>4 s</c>, <c>2 min 05 s</c> or <c>3 h 07 min</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => $"{(int)time.TotalHours} h {time.Minutes:00} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds:00} s",
        _ => $"{time.Seconds} s",
    };

    /// <summary>First 12 digits of a hash.</summary>
    public static string ShortHash(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
