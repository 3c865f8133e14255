using System.CommandLine;

namespace VinCxr.Cli.Options;

/// <summary>An option with a few named values; its help shows the names, its error quotes what was typed.</summary>
internal sealed class ChoiceOption<T> : Option<string>
{
    private readonly IReadOnlyDictionary<string, T> _choices;

    public ChoiceOption(string name, string description, IReadOnlyDictionary<string, T> choices, string defaultChoice, params string[] aliases)
        : base(name, aliases)
    {
        _choices = choices;
        Description = description;
        HelpName = string.Join('|', choices.Keys);
        DefaultValueFactory = _ => defaultChoice;
        Validators.Add(result =>
        {
            string text = result.Tokens.Count == 0 ? defaultChoice : result.Tokens[0].Value;
            if (!choices.ContainsKey(text.ToLowerInvariant()))
            {
                result.AddError($"{name}: '{text}' is unknown, use {string.Join(", ", choices.Keys)}");
            }
        });
    }

    /// <summary>The name that was chosen.</summary>
    public string NameOf(ParseResult parsed) => parsed.GetRequiredValue(this).ToLowerInvariant();

    public T ValueOf(ParseResult parsed) => _choices[parsed.GetRequiredValue(this).ToLowerInvariant()];
}
