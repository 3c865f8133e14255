using System.Globalization;
using VinCxr.Core.Rendering;

namespace VinCxr.Cli.Rendering;

/// <summary>Values as people read them.</summary>
internal static class Text
{
    public const string None = "-";

    public static string Of(object? value) => value switch
    {
        null => None,
        double number => Score(number),
        bool flag => flag ? "yes" : "no",
        DateTimeOffset time => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        int or long => string.Create(CultureInfo.InvariantCulture, $"{value:N0}"),
        _ => value.ToString() ?? None,
    };

    /// <inheritdoc cref="HumanText.Score"/>
    public static string Score(double? value) => HumanText.Score(value, None);

    /// <inheritdoc cref="HumanText.Bytes"/>
    public static string Bytes(long bytes) => HumanText.Bytes(bytes);

    /// <inheritdoc cref="HumanText.Duration"/>
    public static string Duration(TimeSpan time) => HumanText.Duration(time);

    /// <summary>First 12 digits of a hash.</summary>
    public static string ShortHash(string hash) => hash.Length > 12 ? hash[..12] : hash;
}
