using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace VinCxr.Core.Sweeps.Schema;

/// <summary>Loads YAML that anybody may have written.</summary>
internal static class YamlText
{
    /// <param name="error">What is wrong, and its line from 1.</param>
    /// <returns>Root of every document, or null with what is wrong.</returns>
    public static IReadOnlyList<YamlNode>? Read(string yaml, out (string Message, int Line) error)
    {
        try
        {
            YamlStream stream = [];
            stream.Load(new GuardedParser(new StringReader(yaml)));
            error = default;
            return [.. stream.Documents.Select(d => d.RootNode)];
        }
        catch (YamlException exception)
        {
            string what = exception.Message.Split('\n')[0].Trim();
            error = ($"not valid YAML at line {exception.Start.Line}, column {exception.Start.Column}: {what}", (int)exception.Start.Line);
            return null;
        }
    }
}
