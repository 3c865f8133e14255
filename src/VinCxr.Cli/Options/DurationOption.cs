using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace VinCxr.Cli.Options;

/// <summary>A span of time as people write it: <c>90s</c>, <c>30m</c>, <c>12h</c>, <c>1d</c>.</summary>
internal static class DurationOption
{
    private const int LongestDays = 36500;

    public static Option<TimeSpan> Create(string name, string description, TimeSpan defaultValue) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => Parse(result, name),
    };

    private static TimeSpan Parse(ArgumentResult result, string name)
    {
        string text = result.Tokens[0].Value;
        double? seconds = text.Length == 0 ? null : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => null };
        if (seconds is { } unit
            && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            && count * unit <= TimeSpan.FromDays(LongestDays).TotalSeconds)
        {
            return TimeSpan.FromSeconds(count * unit);
        }

        result.AddError($"{name}: '{text}' is no span of time, write a number and s, m, h or d, as 12h");
        return default;
    }
}
