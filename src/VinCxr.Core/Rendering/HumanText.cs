using System.Globalization;

namespace VinCxr.Core.Rendering;

/// <summary>Quantities as people read them, the same in the terminal and in the browser.</summary>
public static class HumanText
{
    private static readonly string[] ByteUnits = ["B", "kB", "MB", "GB", "TB"];

    /// <summary>A score in [0, 1] with four decimals, or <paramref name="none"/> for null and what is not finite.</summary>
    public static string Score(double? value, string none) =>
        value is { } number && double.IsFinite(number) ? number.ToString("0.0000", CultureInfo.InvariantCulture) : none;

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
}
