using System.Globalization;
using VinCxr.Core.Sweeps.Schema;
using YamlDotNet.RepresentationModel;

namespace VinCxr.Core.Simulation;

/// <summary>Reads a script from YAML or JSON, which is YAML too, and collects every mistake on the way.</summary>
internal sealed class ScriptReader
{
    private const string Subject = "simulation script";
    private readonly List<string> _errors = [];

    /// <exception cref="InvalidInputException">Every mistake found.</exception>
    public static SimulationScript Read(string yaml)
    {
        var roots = YamlText.Read(yaml, out var error) ?? throw new InvalidInputException(Subject, [error.Message]);
        var reader = new ScriptReader();
        var script = roots.Count == 0 ? new SimulationScript() : reader.ReadScript(roots[0]);
        string[] errors = [.. reader._errors, .. ScriptChecks.Check(script).Where(e => !reader._errors.Any(known => SamePath(known, e)))];
        return errors.Length == 0 ? script : throw new InvalidInputException(Subject, errors);
    }

    private static bool SamePath(string a, string b) => a.Split(": ")[0] == b.Split(": ")[0];

    private SimulationScript ReadScript(YamlNode root)
    {
        var script = new SimulationScript();
        var top = Open("", root, "seed", "curve", "response", "time", "memory", "mishaps");
        var curve = Open("curve", top.Node("curve"), "floor", "ceiling", "half_life", "spread", "fold_spread", "noise");
        var time = Open("time", top.Node("time"), "startup", "epoch", "spread", "jitter");
        var memory = Open("memory", top.Node("memory"), "base_mb", "per_image_mb");
        return new SimulationScript
        {
            Seed = Whole(top, "seed") ?? script.Seed,
            Curve = new CurveScript(
                Number(curve, "floor") ?? script.Curve.Floor, Number(curve, "ceiling") ?? script.Curve.Ceiling,
                Number(curve, "half_life") ?? script.Curve.HalfLife, Number(curve, "spread") ?? script.Curve.Spread,
                Number(curve, "fold_spread") ?? script.Curve.FoldSpread, Number(curve, "noise") ?? script.Curve.Noise),
            Response = top.Node("response") is { } response ? ReadResponse(response) : script.Response,
            Time = new TimeScript(
                Number(time, "startup") ?? script.Time.Startup, Number(time, "epoch") ?? script.Time.Epoch,
                Number(time, "spread") ?? script.Time.Spread, Number(time, "jitter") ?? script.Time.Jitter),
            Memory = new MemoryScript(
                Number(memory, "base_mb") ?? script.Memory.BaseMb, Number(memory, "per_image_mb") ?? script.Memory.PerImageMb),
            Mishaps = [.. Items("mishaps", top.Node("mishaps")).Select((node, i) => ReadMishap(node, $"mishaps[{i}]"))],
        };
    }

    private Dictionary<string, ResponseScript> ReadResponse(YamlNode node)
    {
        Dictionary<string, ResponseScript> read = [];
        foreach (var (path, value) in Open("response", node).Nodes)
        {
            var bell = Open($"response.{path}", value, "best", "width", "scale");
            var best = Number(bell, "best", required: true);
            var width = Number(bell, "width", required: true);
            read[path] = new ResponseScript(best ?? 1, width ?? 1, Text(bell, "scale") ?? "linear");
        }

        return read;
    }

    private MishapRule ReadMishap(YamlNode node, string path)
    {
        var rule = Open(path, node, "kind", "variant", "fold", "attempt", "epoch", "probability", "exit_code", "signal", "batch_above", "lr_above", "factor", "lines");
        string[] kinds = [.. Enum.GetNames<MishapKind>().Select(k => k.ToLowerInvariant())];
        string? name = Text(rule, "kind");
        int kind = Array.IndexOf(kinds, name);
        if (kind < 0)
        {
            Add($"{path}.kind", name is null ? $"is missing; give one of {string.Join(", ", kinds)}" : $"'{name}' is not one of {string.Join(", ", kinds)}{NearestName.Hint(name, kinds)}");
        }

        return new MishapRule
        {
            // An unknown one stays in its place, so that errors of the others name the right ones.
            Kind = kind < 0 ? MishapKind.Slow : (MishapKind)kind,
            Variant = Text(rule, "variant"),
            Fold = Whole(rule, "fold"),
            Attempt = Whole(rule, "attempt"),
            Epoch = Whole(rule, "epoch"),
            Probability = Number(rule, "probability") ?? 1,
            ExitCode = Whole(rule, "exit_code"),
            Signal = Whole(rule, "signal"),
            BatchAbove = Whole(rule, "batch_above"),
            LrAbove = Number(rule, "lr_above"),
            Factor = Number(rule, "factor") ?? 4,
            Lines = [.. Items($"{path}.lines", rule.Node("lines")).Select(n => (n as YamlScalarNode)?.Value ?? "")],
        };
    }

    private Section Open(string path, YamlNode? node, params string[] known)
    {
        Dictionary<string, YamlNode> nodes = [];
        switch (node)
        {
            case null or YamlScalarNode { Value: null or "" or "~" or "null" }:
                break;
            case YamlMappingNode mapping:
                foreach (var (keyNode, value) in mapping.Children)
                {
                    string key = (keyNode as YamlScalarNode)?.Value ?? keyNode.ToString();
                    if (known.Length > 0 && !known.Contains(key))
                    {
                        Add(Join(path, key), $"unknown key; known here: {string.Join(", ", known)}{NearestName.Hint(key, known)}");
                    }

                    nodes[key] = value;
                }

                break;
            default:
                Add(path.Length == 0 ? "the file" : path, "must be a mapping of keys to values");
                break;
        }

        return new Section(path, nodes);
    }

    private IReadOnlyList<YamlNode> Items(string path, YamlNode? node)
    {
        if (node is null or YamlScalarNode { Value: null or "" or "~" or "null" })
        {
            return [];
        }

        if (node is YamlSequenceNode list)
        {
            return [.. list.Children];
        }

        Add(path, "must be a list");
        return [];
    }

    private string? Text(Section section, string key)
    {
        var node = section.Node(key);
        if (node is not null and not YamlScalarNode)
        {
            Add(Join(section.Path, key), "must be a single value");
        }

        return (node as YamlScalarNode)?.Value;
    }

    private double? Number(Section section, string key, bool required = false)
    {
        string? text = Text(section, key);
        if (text is not null && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
        {
            return number;
        }

        if (text is not null || required)
        {
            Add(Join(section.Path, key), text is null ? "is missing; give a number" : $"'{text}' is not a number");
        }

        return null;
    }

    private int? Whole(Section section, string key)
    {
        string? text = Text(section, key);
        if (text is null)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        Add(Join(section.Path, key), $"'{text}' is not a whole number");
        return null;
    }

    private void Add(string path, string message) => _errors.Add($"{path}: {message}");

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private sealed record Section(string Path, Dictionary<string, YamlNode> Nodes)
    {
        public YamlNode? Node(string key) => Nodes.GetValueOrDefault(key);
    }
}
