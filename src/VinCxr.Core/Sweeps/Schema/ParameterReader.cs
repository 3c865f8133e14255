using YamlDotNet.RepresentationModel;

namespace VinCxr.Core.Sweeps.Schema;

/// <summary>Reads the <c>parameters</c> section: per dotted path a list of values or a range, and when it is active.</summary>
internal sealed class ParameterReader(List<SweepError> errors)
{
    private static readonly string[] Keys = ["values", "min", "max", "scale", "steps", "when"];

    public IReadOnlyDictionary<string, ParameterSpec> Read(YamlMappingNode? parameters)
    {
        OrderedDictionary<string, ParameterSpec> result = [];
        foreach ((YamlNode keyNode, YamlNode node) in parameters ?? new YamlMappingNode())
        {
            string path = Text(keyNode);
            Field? field = SweepSchema.Find(path);
            if (field is not { Searchable: true })
            {
                string[] searchable = [.. SweepSchema.Fields.Where(f => f.Searchable).Select(f => f.Path)];
                string reason = field is null ? "no such setting" : "this setting cannot be searched, only model, train, augment and preprocess can";
                Add(path, reason + NearestName.Hint(path, searchable));
            }
            else if (node is not YamlMappingNode mapping)
            {
                Add(path, "must be a mapping with 'values' or with 'min' and 'max'");
            }
            else if (ReadOne(path, field, mapping) is { } spec)
            {
                result[path] = spec;
            }
        }

        CheckConditions(result);
        return result;
    }

    private ParameterSpec? ReadOne(string path, Field field, YamlMappingNode mapping)
    {
        int before = errors.Count;
        Dictionary<string, YamlNode> nodes = [];
        foreach ((YamlNode keyNode, YamlNode value) in mapping.Children)
        {
            string key = Text(keyNode);
            if (!Keys.Contains(key))
            {
                Add($"{path}.{key}", $"unknown key; known here: {string.Join(", ", Keys)}{NearestName.Hint(key, Keys)}");
            }

            nodes[key] = value;
        }

        bool hasValues = nodes.ContainsKey("values");
        bool hasRange = nodes.ContainsKey("min") || nodes.ContainsKey("max");
        if (hasValues == hasRange)
        {
            Add(path, hasValues ? "has both 'values' and a range; keep one" : "needs 'values', or 'min' and 'max'");
            return null;
        }

        ParameterSpec spec = hasValues
            ? new ParameterSpec { Values = List($"{path}.values", field, nodes["values"]) }
            : ReadRange(path, field, nodes);
        spec = spec with { When = ReadWhen(path, nodes.GetValueOrDefault("when")) };
        return errors.Count == before ? spec : null;
    }

    private ParameterSpec ReadRange(string path, Field field, Dictionary<string, YamlNode> nodes)
    {
        ParameterSpec spec = new() { Whole = field.Kind == FieldKind.Whole };
        if (!field.IsNumber || field.Choices.Count > 0)
        {
            Add(path, "takes a list of 'values', not a range");
            return spec;
        }

        double? min = Number($"{path}.min", field, nodes.GetValueOrDefault("min"));
        double? max = Number($"{path}.max", field, nodes.GetValueOrDefault("max"));
        if (min is not null && max is not null && min >= max)
        {
            Add(path, $"min '{min}' must be below max '{max}'");
        }

        string scale = nodes.TryGetValue("scale", out YamlNode? scaleNode) ? Text(scaleNode) : "linear";
        if (scale is not ("linear" or "log"))
        {
            Add($"{path}.scale", $"'{scale}' is not one of linear, log");
        }
        else if (scale == "log" && min <= 0)
        {
            Add($"{path}.min", $"'{min}' must be above 0 on a log scale");
        }

        int steps = 3;
        if (nodes.TryGetValue("steps", out YamlNode? stepsNode) && (!int.TryParse(Text(stepsNode), out steps) || steps is < 2 or > 10_000))
        {
            Add($"{path}.steps", $"'{Text(stepsNode)}' is not allowed; must be a whole number from 2 to 10000");
        }

        return spec with { Min = min, Max = max, Scale = scale, Steps = steps };
    }

    private double? Number(string path, Field field, YamlNode? node)
    {
        if (node is null)
        {
            Add(path, "is missing; a range needs both ends");
            return null;
        }

        (object? value, string? error) = field.Parse(Text(node));
        if (error is not null)
        {
            Add(path, error);
            return null;
        }

        return Convert.ToDouble(value);
    }

    private List<object> List(string path, Field field, YamlNode node)
    {
        List<object> values = [];
        if (node is not YamlSequenceNode { Children.Count: > 0 } sequence)
        {
            Add(path, "must be a list with at least one value");
            return values;
        }

        foreach (YamlNode item in sequence.Children)
        {
            (object? value, string? error) = field.Parse(Text(item));
            if (error is not null)
            {
                Add(path, error);
            }
            else if (value is null || values.Contains(value))
            {
                Add(path, $"'{Text(item)}' is listed twice");
            }
            else
            {
                values.Add(value);
            }
        }

        return values;
    }

    private OrderedDictionary<string, IReadOnlyList<object>> ReadWhen(string path, YamlNode? node)
    {
        OrderedDictionary<string, IReadOnlyList<object>> when = [];
        if (node is null)
        {
            return when;
        }

        if (node is not YamlMappingNode mapping)
        {
            Add($"{path}.when", "must be a mapping of another parameter to a list of its values");
            return when;
        }

        foreach ((YamlNode keyNode, YamlNode value) in mapping.Children)
        {
            string other = Text(keyNode);
            if (SweepSchema.Find(other) is { } field)
            {
                when[other] = List($"{path}.when.{other}", field, value);
            }
            else
            {
                Add($"{path}.when.{other}", "no such setting");
            }
        }

        return when;
    }

    // A condition may only look at a parameter declared above it: that keeps activation a single pass and rules out cycles.
    private void CheckConditions(OrderedDictionary<string, ParameterSpec> parameters)
    {
        foreach ((string path, ParameterSpec spec) in parameters)
        {
            foreach (string other in spec.When.Keys.Where(o => parameters.IndexOf(o) < 0 || parameters.IndexOf(o) >= parameters.IndexOf(path)))
            {
                Add($"{path}.when.{other}", "must name a parameter that is listed above this one");
            }
        }
    }

    private void Add(string path, string message) => errors.Add(new SweepError("parameters." + path, message));

    private static string Text(YamlNode node) => (node as YamlScalarNode)?.Value ?? node.ToString();
}
