namespace VinCxr.Cli;

/// <summary>Where a verb writes and what it may assume about the far end.</summary>
/// <param name="Out">Results, and nothing else.</param>
/// <param name="Error">Progress, notes and errors.</param>
/// <param name="OutIsTerminal">True when colours and live tables are welcome on <paramref name="Out"/>.</param>
/// <param name="ErrorIsTerminal">True when progress bars are welcome on <paramref name="Error"/>.</param>
internal sealed record CliContext(TextWriter Out, TextWriter Error, bool OutIsTerminal, bool ErrorIsTerminal, TimeProvider Clock)
{
    /// <summary>Columns a table may take where nobody looks at a screen: wide enough that no row ever wraps.</summary>
    public const int WideColumns = 400;

    public static CliContext Create(TextWriter stdout, TextWriter stderr) => new(
        stdout,
        stderr,
        ReferenceEquals(stdout, Console.Out) && !Console.IsOutputRedirected,
        ReferenceEquals(stderr, Console.Error) && !Console.IsErrorRedirected,
        TimeProvider.System);

    /// <summary>Writes a remark for people to stderr.</summary>
    public void Note(string text) => Error.WriteLine(text);
}
