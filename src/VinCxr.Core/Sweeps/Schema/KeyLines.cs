using YamlDotNet.RepresentationModel;

namespace VinCxr.Core.Sweeps.Schema;

/// <summary>Finds the lines of a sweep file that mistakes are about.</summary>
internal static class KeyLines
{
    /// <param name="path">Dotted, as <c>train.lr</c> or <c>retry.policies[1].match</c>; keys may hold dots themselves, as those of <c>parameters</c> do.</param>
    /// <returns>Line, from 1, of the deepest key or item on the way to <paramref name="path"/>; null when not even the first is there.</returns>
    public static int? Find(YamlMappingNode root, string path)
    {
        YamlNode node = root;
        string rest = path;
        int? line = null;
        while (rest.Length > 0 && Step(node, rest) is { } step)
        {
            (node, rest, line) = (step.Value, rest[step.Length..].TrimStart('.'), (int)step.Key.Start.Line);
        }

        return line;
    }

    private static (YamlNode Key, YamlNode Value, int Length)? Step(YamlNode node, string rest) => node switch
    {
        YamlMappingNode mapping => InMapping(mapping, rest),
        YamlSequenceNode sequence => InSequence(sequence, rest),
        _ => null,
    };

    private static (YamlNode Key, YamlNode Value, int Length)? InMapping(YamlMappingNode mapping, string rest)
    {
        (YamlNode Key, YamlNode Value, int Length)? best = null;
        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            if (key is YamlScalarNode { Value: { Length: > 0 } text } && text.Length > (best?.Length ?? 0) && rest.StartsWith(text, StringComparison.Ordinal)
                && (rest.Length == text.Length || rest[text.Length] is '.' or '['))
            {
                best = (key, value, text.Length);
            }
        }

        return best;
    }

    private static (YamlNode Key, YamlNode Value, int Length)? InSequence(YamlSequenceNode sequence, string rest)
    {
        int end = rest.IndexOf(']', StringComparison.Ordinal);
        return end > 0 && rest[0] == '[' && int.TryParse(rest.AsSpan(1, end - 1), out int index) && index >= 0 && index < sequence.Children.Count
            ? (sequence.Children[index], sequence.Children[index], end + 1)
            : null;
    }
}
