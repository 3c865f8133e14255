using System.Globalization;
using System.Text;

namespace VinCxr.Core.Sweeps.Schema;

/// <summary>Canonical text of a sweep: every field in schema order, defaults included except those of <see cref="Field.Later"/> fields.</summary>
internal static class SpecWriter
{
    private static readonly SweepSpec Defaults = new() { Name = "", Dataset = "", Settings = new TrialSettings() };

    public static string Write(SweepSpec spec)
    {
        StringBuilder yaml = new();
        string section = "";
        foreach (Field field in SweepSchema.Fields.Where(f => !f.Later || !Equals(f.Get(spec), f.Get(Defaults))))
        {
            int dot = field.Path.IndexOf('.');
            string owner = dot < 0 ? "" : field.Path[..dot];
            if (owner != section)
            {
                yaml.Append(owner).Append(":\n");
                section = owner;
            }

            string indent = dot < 0 ? "" : "  ";
            yaml.Append(indent).Append(field.Path[(dot + 1)..]).Append(": ").Append(Value(field, spec)).Append('\n');
        }

        if (spec.Parameters.Count > 0)
        {
            yaml.Append("parameters:\n");
            foreach ((string path, ParameterSpec parameter) in spec.Parameters)
            {
                yaml.Append("  ").Append(path).Append(": ").Append(Parameter(parameter)).Append('\n');
            }
        }

        return yaml.ToString();
    }

    private static string Value(Field field, SweepSpec spec) => field.WriteNode is { } write ? write(field.Get(spec)!) : Scalar(field.Get(spec));

    public static string Parameter(ParameterSpec parameter)
    {
        List<string> parts = [];
        if (parameter.Values is { } values)
        {
            parts.Add($"values: {List(values)}");
        }
        else
        {
            parts.Add($"min: {Scalar(parameter.Min)}, max: {Scalar(parameter.Max)}, scale: {parameter.Scale}, steps: {parameter.Steps}");
        }

        if (parameter.When.Count > 0)
        {
            parts.Add($"when: {{{string.Join(", ", parameter.When.Select(w => $"{w.Key}: {List(w.Value)}"))}}}");
        }

        return $"{{{string.Join(", ", parts)}}}";
    }

    private static string List(IReadOnlyList<object> values) => $"[{string.Join(", ", values.Select(Scalar))}]";

    public static string Scalar(object? value) => value switch
    {
        null => "unlimited",
        string text => IsPlain(text) ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool IsPlain(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');
}
