using System.CommandLine;
using System.CommandLine.Parsing;
using VinCxr.Core.Sweeps.Transforms;

namespace VinCxr.Cli.Options;

/// <summary><c>--transform CHAIN</c>: checked as typed, and given in its canonical form, which is what names prepared images.</summary>
internal static class ChainOption
{
    private const string Name = "--transform";
    private const string Description = "Chain of pixel transforms, as preprocess.transform of a sweep; vincxr dicom transforms lists the steps";

    public static Option<string> One(string defaultChain) => new(Name)
    {
        Description = Description,
        HelpName = "CHAIN",
        DefaultValueFactory = _ => defaultChain,
        CustomParser = result => Parse(result, result.Tokens[0].Value),
    };

    public static Option<string[]> Many(string defaultText) => new(Name)
    {
        Description = $"{Description}; give it once for each [default: {defaultText}]",
        HelpName = "CHAIN",
        CustomParser = result => [.. result.Tokens.Select(token => Parse(result, token.Value))],
    };

    private static string Parse(ArgumentResult result, string text)
    {
        (TransformChain? chain, IReadOnlyList<string> errors) = TransformChain.Parse(text);
        foreach (string error in errors)
        {
            result.AddError($"{Name}: {error}");
        }

        return chain?.ToString() ?? text;
    }
}
