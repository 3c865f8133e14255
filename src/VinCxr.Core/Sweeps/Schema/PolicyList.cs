using YamlDotNet.RepresentationModel;

namespace VinCxr.Core.Sweeps.Schema;

/// <summary>Reads and writes <c>retry.policies</c>: a list of what to look for in a failed attempt's log, and what it means.</summary>
internal static class PolicyList
{
    private static readonly string[] Keys = ["match", "action"];

    public static IReadOnlyList<LogPolicy> Read(string path, YamlNode node, List<SweepError> errors)
    {
        if (node is not YamlSequenceNode sequence)
        {
            errors.Add(new SweepError(path, "must be a list of mappings with 'match' and 'action'"));
            return [];
        }

        List<LogPolicy> policies = [];
        foreach (var (item, index) in sequence.Children.Select((n, i) => (n, i)))
        {
            policies.Add(ReadOne($"{path}[{index}]", item, errors));
        }

        // The default instance: an empty list is the same as none.
        return policies.Count > 0 ? policies : new RetrySpec().Policies;
    }

    public static string Write(IReadOnlyList<LogPolicy> policies) =>
        $"[{string.Join(", ", policies.Select(p => $"{{match: {SpecWriter.Scalar(p.Match)}, action: {p.Action}}}"))}]";

    private static LogPolicy ReadOne(string path, YamlNode node, List<SweepError> errors)
    {
        if (node is not YamlMappingNode mapping)
        {
            errors.Add(new SweepError(path, "must be a mapping with 'match' and 'action'"));
            return new LogPolicy("", LogPolicy.Fail);
        }

        Dictionary<string, string> texts = [];
        foreach ((YamlNode keyNode, YamlNode value) in mapping.Children)
        {
            string key = (keyNode as YamlScalarNode)?.Value ?? keyNode.ToString();
            if (!Keys.Contains(key))
            {
                errors.Add(new SweepError($"{path}.{key}", $"unknown key; known here: {string.Join(", ", Keys)}{NearestName.Hint(key, Keys)}"));
            }
            else if (value is YamlScalarNode { Value: { } text })
            {
                texts[key] = text;
            }
        }

        var policy = new LogPolicy(texts.GetValueOrDefault("match", ""), texts.GetValueOrDefault("action", ""));
        if (Mistake(policy) is { } mistake)
        {
            errors.Add(new SweepError($"{path}.match", mistake));
        }

        if (!LogPolicy.Actions.Contains(policy.Action))
        {
            errors.Add(new SweepError(
                $"{path}.action", $"'{policy.Action}' is not one of {string.Join(", ", LogPolicy.Actions)}{NearestName.Hint(policy.Action, LogPolicy.Actions)}"));
        }

        return policy;
    }

    private static string? Mistake(LogPolicy policy)
    {
        if (policy.Match.Length == 0)
        {
            return "is missing or empty; give a regular expression such as 'ECC'";
        }

        try
        {
            policy.Compile();
            return null;
        }
        catch (ArgumentException error)
        {
            return $"'{policy.Match}' is no regular expression: {error.Message.Split('\n')[0].Trim()}";
        }
    }
}
