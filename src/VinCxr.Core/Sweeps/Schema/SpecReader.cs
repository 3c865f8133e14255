using YamlDotNet.RepresentationModel;

namespace VinCxr.Core.Sweeps.Schema;

/// <summary>Walks a sweep file's mapping once and collects every error on the way.</summary>
internal sealed class SpecReader
{
    private static readonly string[] Required = ["name", "dataset"];

    private readonly List<SweepError> _errors = [];

    public IReadOnlyList<SweepError> Errors => _errors;

    public SweepSpec Read(YamlMappingNode root)
    {
        SweepSpec spec = new() { Name = "", Dataset = "", Settings = new TrialSettings() };
        YamlMappingNode? parameters = null;
        HashSet<string> seen = [];
        foreach ((YamlNode keyNode, YamlNode value) in root.Children)
        {
            string key = Text(keyNode);
            seen.Add(key);
            if (key == "parameters")
            {
                parameters = Mapping(key, value);
            }
            else if (SweepSchema.Sections.Contains(key))
            {
                spec = ReadSection(spec, key, Mapping(key, value));
            }
            else
            {
                spec = ReadField(spec, key, value, ["parameters", .. SweepSchema.Sections, .. Required]);
            }
        }

        foreach (string required in Required.Where(r => !seen.Contains(r)))
        {
            Add(required, "is missing; every sweep names itself and its data set");
        }

        spec = spec with { Parameters = new ParameterReader(_errors).Read(parameters) };
        _errors.AddRange(SpecChecks.Check(spec, alreadyWrong: _errors.Select(e => e.Path).ToHashSet()));
        return spec;
    }

    private SweepSpec ReadSection(SweepSpec spec, string section, YamlMappingNode? mapping)
    {
        string[] known = [.. SweepSchema.Fields.Where(f => f.Path.StartsWith(section + ".", StringComparison.Ordinal)).Select(f => f.Path[(section.Length + 1)..])];
        foreach ((YamlNode keyNode, YamlNode value) in mapping ?? new YamlMappingNode())
        {
            string key = Text(keyNode);
            if (known.Contains(key))
            {
                spec = ReadField(spec, $"{section}.{key}", value, known);
            }
            else
            {
                Add($"{section}.{key}", $"unknown key; known here: {string.Join(", ", known)}{NearestName.Hint(key, known)}");
            }
        }

        return spec;
    }

    private SweepSpec ReadField(SweepSpec spec, string path, YamlNode node, IReadOnlyList<string> known)
    {
        Field? field = SweepSchema.Find(path);
        if (field is null || (path.Contains('.') && !known.Contains(path[(path.IndexOf('.') + 1)..])))
        {
            Add(path, $"unknown key; known here: {string.Join(", ", known)}{NearestName.Hint(path, known)}");
            return spec;
        }

        if (field.ReadNode is { } read)
        {
            return field.Set(spec, read(path, node, _errors));
        }

        if (node is not YamlScalarNode scalar)
        {
            Add(path, "must be a single value");
            return spec;
        }

        (object? value, string? error) = field.Parse(scalar.Value ?? "");
        if (error is not null)
        {
            Add(path, error);
            return spec;
        }

        return field.Set(spec, value);
    }

    private YamlMappingNode? Mapping(string path, YamlNode node)
    {
        if (node is YamlMappingNode mapping)
        {
            return mapping;
        }

        if (node is not YamlScalarNode { Value: null or "" or "~" or "null" })
        {
            Add(path, "must be a mapping of keys to values");
        }

        return null;
    }

    private void Add(string path, string message) => _errors.Add(new SweepError(path, message));

    private static string Text(YamlNode node) => (node as YamlScalarNode)?.Value ?? node.ToString();
}
