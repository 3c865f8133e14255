using System.Globalization;

namespace VinCxr.Core.Importance;

/// <summary>One searched parameter over all variants.</summary>
/// <param name="Values">One per variant: in [0, 1] for numbers, 0-based level otherwise.</param>
/// <param name="Levels">Number of levels, at most <see cref="MaxLevels"/>; 0 for numbers.</param>
public sealed record ParameterColumn(string Name, IReadOnlyList<double> Values, int Levels = 0)
{
    public const int MaxLevels = 64;

    private const int Bins = 8;

    /// <summary>
    /// A column of what variants say. Numbers are scaled to [0, 1] over what occurs, words are levels. A parameter that some variants lack (a condition
    /// of the search space) is taken as levels, with numbers in eight bins of equal counts, and its absence as one level more.
    /// </summary>
    /// <param name="texts">One per variant, null where it has none.</param>
    /// <param name="isLog">Scale positive numbers by their logarithm.</param>
    /// <exception cref="InvalidInputException">There are more than 64 different words.</exception>
    public static ParameterColumn Of(string name, IReadOnlyList<string?> texts, bool isLog = false)
    {
        double?[] numbers = [.. texts.Select(Number)];
        bool isNumeric = texts.Index().All(t => t.Item is null || numbers[t.Index] is not null) && numbers.Any(n => n is not null);
        if (!isNumeric)
        {
            return OfLevels(name, texts);
        }

        if (texts.Contains(null))
        {
            double[] sorted = [.. numbers.OfType<double>().Order()];
            return OfLevels(name, [.. numbers.Select(n => n is { } x ? $"{Array.BinarySearch(sorted, x) switch { < 0 => 0, int at => at } * Bins / sorted.Length}" : null)]);
        }

        bool scales = isLog && numbers.All(n => n > 0);
        double[] values = [.. numbers.Select(n => scales ? Math.Log(n!.Value) : n!.Value)];
        (double low, double high) = (values.Min(), values.Max());
        return new ParameterColumn(name, [.. values.Select(v => high > low ? (v - low) / (high - low) : 0.5)]);
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private static ParameterColumn OfLevels(string name, IReadOnlyList<string?> texts)
    {
        string[] words = [.. texts.Select(t => t ?? "").Distinct().Order(StringComparer.Ordinal)];
        return words.Length <= MaxLevels
            ? new ParameterColumn(name, [.. texts.Select(t => (double)Array.IndexOf(words, t ?? ""))], words.Length)
            : throw new InvalidInputException($"parameter '{name}' has {words.Length} different values that are no numbers; at most {MaxLevels} can be weighed");
    }
}
