using System.Globalization;
using VinCxr.Cli.Rendering;

namespace VinCxr.Cli.Progress;

/// <summary>How a rate is written.</summary>
/// <param name="Rate">Text of so many units per second.</param>
internal sealed record ProgressUnit(Func<double, string> Rate)
{
    public static ProgressUnit Bytes { get; } = new(perSecond => $"{Text.Bytes((long)perSecond)}/s");

    public static ProgressUnit Images { get; } = Of("images");

    public static ProgressUnit Of(string noun) => new(perSecond => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.#} {noun}/s"));
}
