using VinCxr.Core;

namespace VinCxr.Server.Security;

/// <summary>Names of people and keys: what may go into headers, logs and tables as it is.</summary>
public static class SafeNames
{
    private const int MaxLength = 100;

    public static bool IsSafe(string? name) =>
        name is { Length: > 0 and <= MaxLength } && name == name.Trim() && name.All(c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\u2028' or '\u2029') && !IsInvisible(c));

    /// <param name="what">What is named, for the message.</param>
    /// <exception cref="InvalidInputException">Empty, too long, or with characters that cannot be seen.</exception>
    public static string Require(string? name, string what) => IsSafe(name)
        ? name!
        : throw new InvalidInputException($"{what} '{Shown(name)}' is not 1 to {MaxLength} visible characters without blanks around them");

    /// <summary>Text of a caller as it may be logged: one line, no control characters, cut to a length.</summary>
    public static string Shown(string? text, int length = MaxLength)
    {
        string cut = text is null ? "" : text.Length > length ? text[..length] + "…" : text;
        return string.Concat(cut.Select(c => char.IsControl(c) || IsInvisible(c) ? '?' : c));
    }

    /// <summary>Formatting characters, such as those that turn the direction of writing, make one name look like another.</summary>
    private static bool IsInvisible(char c) => char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format;
}
