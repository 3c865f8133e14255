using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace VinCxr.Cli.Options;

/// <summary>Options whose errors quote the bad value and say what is allowed.</summary>
internal static class ValueOptions
{
    /// <summary>A whole number in [<paramref name="min"/>, <paramref name="max"/>].</summary>
    public static Option<int> Whole(string name, string description, int defaultValue, int min, int max = int.MaxValue) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => ParseWhole(result, name, min, max),
    };

    /// <summary>A number above (or, when <paramref name="minIncluded"/>, at least) <paramref name="min"/> and at most <paramref name="max"/>.</summary>
    public static Option<double> Real(string name, string description, double defaultValue, double min, double max, bool minIncluded = true) => new(name)
    {
        Description = description,
        HelpName = "X",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool inRange = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && (minIncluded ? value >= min : value > min) && value <= max;
            if (!inRange)
            {
                string range = string.Create(CultureInfo.InvariantCulture, $"{(minIncluded ? '[' : '(')}{min}, {max}]");
                result.AddError($"{name}: '{text}' must be a number in {range}");
            }

            return value;
        },
    };

    public static Option<string> Required(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Required = true,
    };

    public static Option<string?> Optional(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    /// <summary>An option that may be given several times.</summary>
    public static Option<string[]> Many(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    /// <summary>A choice among words that mean themselves.</summary>
    public static ChoiceOption<string> Word(string name, string description, string defaultWord, params string[] words) =>
        new(name, description, words.ToDictionary(w => w), defaultWord);

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Argument<string> Argument(string name, string description) => new(name) { Description = description };

    private static int ParseWhole(ArgumentResult result, string name, int min, int max)
    {
        string text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) || value < min || value > max)
        {
            string range = max == int.MaxValue ? $"of at least {min}" : $"in {min}..{max}";
            result.AddError($"{name}: '{text}' must be a whole number {range}");
        }

        return value;
    }
}
