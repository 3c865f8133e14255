using System.Globalization;
using System.Text.RegularExpressions;
using VinCxr.Core.Sweeps.Schema;

namespace VinCxr.Core.Sweeps.Transforms;

/// <summary>Reads one chain and collects every error on the way.</summary>
internal sealed partial class TransformParser
{
    private const int LongestText = 1000;

    private readonly List<string> _errors = [];

    public IReadOnlyList<string> Errors => _errors;

    public TransformChain Read(string text)
    {
        if (text.Length > LongestText)
        {
            _errors.Add($"the chain has {text.Length} characters; at most {LongestText} are allowed");
            return new TransformChain([]);
        }

        string[] parts = [.. Split(text, '+')];
        var steps = new List<TransformStep>();
        foreach (string part in parts)
        {
            if (ReadStep(part) is { } step)
            {
                steps.Add(step);
            }
        }

        if (parts.Length > TransformChain.MaxSteps)
        {
            _errors.Add($"the chain has {parts.Length} steps; at most {TransformChain.MaxSteps} are allowed");
        }
        else if (parts.Length > 1 && steps.Any(s => s.Name == TransformCatalog.None))
        {
            _errors.Add($"'{TransformCatalog.None}' stands alone; leave it out of '{text.Trim()}'");
        }

        return new TransformChain(steps);
    }

    private TransformStep? ReadStep(string text)
    {
        Match match = StepPattern().Match(TransformCatalog.Aliases.GetValueOrDefault(text, text));
        if (!match.Success)
        {
            string hint = text.Count(c => c == '(') == text.Count(c => c == ')') ? "" : " (in a YAML file, quote a chain that holds commas)";
            _errors.Add($"'{text}' is no step; write name or name(option=value, option=value), with + between steps{hint}");
            return null;
        }

        string name = match.Groups["name"].Value;
        if (TransformCatalog.Find(name) is not { } definition)
        {
            _errors.Add(
                TransformCatalog.Aliases.TryGetValue(name, out string? meaning)
                    ? $"'{name}' takes no options; it stands for {meaning}"
                    : $"'{name}' is not one of {string.Join(", ", TransformCatalog.Names)}{NearestName.Hint(name, TransformCatalog.Names)}");
            return null;
        }

        double[] values = [.. definition.Options.Select(o => o.Default)];
        string options = match.Groups["options"].Value.Trim();
        var given = new HashSet<string>();
        bool named = false;
        foreach ((int index, string option) in (options.Length == 0 ? [] : Split(options, ',')).Index())
        {
            string[] sides = option.Split('=', 2, StringSplitOptions.TrimEntries);
            named |= sides.Length == 2;
            if (sides.Length == 1 && named)
            {
                _errors.Add($"'{text}': the bare value '{option}' follows a named one; name it as well");
                continue;
            }

            int at = sides.Length == 2 ? IndexOf(definition, sides[0]) : index < values.Length ? index : -1;
            ReadOption(definition, at, sides, given, values);
        }

        return new TransformStep(definition, values);
    }

    private void ReadOption(TransformDefinition definition, int at, string[] sides, HashSet<string> given, double[] values)
    {
        if (at < 0)
        {
            string known = definition.Options.Count == 0 ? "it takes none" : $"it takes {string.Join(", ", definition.Options.Select(o => o.Name))}";
            string what = sides.Length == 2 ? $"has no option '{sides[0]}'" : $"has no option for '{sides[0]}'";
            _errors.Add($"{definition.Name} {what}; {known}{NearestName.Hint(sides[0], definition.Options.Select(o => o.Name))}");
            return;
        }

        TransformOption option = definition.Options[at];
        string text = sides[^1];
        if (!given.Add(option.Name))
        {
            _errors.Add($"{definition.Name} has the option '{option.Name}' twice");
        }
        else if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !option.Accepts(value))
        {
            _errors.Add($"{definition.Name}: {option.Name} '{text}' is not allowed; must be {option.Allowed}");
        }
        else
        {
            // The sum turns a negative zero into the zero that it equals, so that both have one text.
            values[at] = value + 0.0;
        }
    }

    private static int IndexOf(TransformDefinition definition, string option) => definition.Options.Select(o => o.Name).ToList().IndexOf(option);

    /// <summary>Parts between separators outside brackets, trimmed.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (text[i] == separator && depth <= 0)
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }

        yield return text[start..].Trim();
    }

    [GeneratedRegex(@"\A(?<name>[A-Za-z][A-Za-z0-9.-]*)\s*(\((?<options>[^()]*)\))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex StepPattern();
}
