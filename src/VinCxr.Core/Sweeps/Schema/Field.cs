using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace VinCxr.Core.Sweeps.Schema;

/// <summary>
/// One scalar of the sweep file: where it stands, what it accepts, and how it is read from and written into a spec.
/// Values are <see cref="string"/>, <see cref="long"/> or <see cref="double"/>; null only where <see cref="Unlimited"/>; lists where <see cref="ReadNode"/>.
/// </summary>
internal sealed record Field(
    string Path, FieldKind Kind, Func<SweepSpec, object?> Get, Func<SweepSpec, object?, SweepSpec> Set)
{
    /// <summary>Smallest allowed number.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Largest allowed number.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>True when <see cref="Min"/> itself is not allowed.</summary>
    public bool MinExclusive { get; init; }

    /// <summary>A whole number must be a multiple of this.</summary>
    public long MultipleOf { get; init; } = 1;

    /// <summary>Allowed texts or numbers; empty allows any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Reads and checks a text that has a grammar of its own; gives its canonical form, or what is wrong. Null for the others.</summary>
    public Func<string, (object? Value, string? Error)>? Grammar { get; init; }

    /// <summary>Reads a value that is no scalar; adds what is wrong to the errors. Null for scalars.</summary>
    public Func<string, YamlNode, List<SweepError>, object>? ReadNode { get; init; }

    /// <summary>Writes what <see cref="ReadNode"/> reads, in flow style.</summary>
    public Func<object, string>? WriteNode { get; init; }

    /// <summary>True when the word <c>unlimited</c> (null in the spec) is allowed.</summary>
    public bool Unlimited { get; init; }

    /// <summary>True when the field may be searched.</summary>
    public bool Searchable { get; init; }

    /// <summary>True for a field that came after the first release: its default is left out of the canonical text, so that hashes of older sweeps stand.</summary>
    public bool Later { get; init; }

    public bool IsNumber => Kind is FieldKind.Whole or FieldKind.Real;

    /// <summary>Reads a scalar's text.</summary>
    /// <returns>The value, or an error message that quotes the text and says what is allowed.</returns>
    public (object? Value, string? Error) Parse(string text)
    {
        if (Unlimited && text == "unlimited")
        {
            return (null, null);
        }

        if (Grammar is not null)
        {
            return Grammar(text);
        }

        if (Choices.Count > 0)
        {
            return Choices.Contains(text, StringComparer.Ordinal)
                ? (Kind == FieldKind.Whole ? long.Parse(text, CultureInfo.InvariantCulture) : text, null)
                : (null, $"'{text}' is not one of {string.Join(", ", Choices)}{NearestName.Hint(text, Choices)}");
        }

        if (Kind == FieldKind.Text)
        {
            return text.Trim().Length > 0 ? (text, null) : (null, "is empty; give a name");
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
        {
            return (null, $"'{text}' is not a number; must be {Allowed}");
        }

        return Check(number, text);
    }

    /// <summary>Checks a number against kind, range and divisibility.</summary>
    public (object? Value, string? Error) Check(double number, string text)
    {
        bool wholeEnough = Kind != FieldKind.Whole || number == Math.Floor(number);
        bool inRange = (MinExclusive ? number > Min : number >= Min) && number <= Max;
        bool divisible = MultipleOf == 1 || number % MultipleOf == 0;
        if (!wholeEnough || !inRange || !divisible)
        {
            return (null, $"'{text}' is not allowed; must be {Allowed}");
        }

        return (Kind == FieldKind.Whole ? (object)(long)number : number, null);
    }

    /// <summary>What the field accepts, for messages.</summary>
    public string Allowed
    {
        get
        {
            string kind = Kind == FieldKind.Whole ? "a whole number" : "a number";
            if (MultipleOf != 1)
            {
                kind += $" divisible by {MultipleOf}";
            }

            string range = (double.IsInfinity(Min), double.IsInfinity(Max)) switch
            {
                (true, true) => "",
                (false, true) => MinExclusive ? $" above {Min}" : $" of at least {Min}",
                (true, false) => $" of at most {Max}",
                _ => MinExclusive ? $" above {Min} and at most {Max}" : $" from {Min} to {Max}",
            };
            return kind + range + (Unlimited ? ", or unlimited" : "");
        }
    }
}

internal enum FieldKind
{
    Text,
    Whole,
    Real,
    List,
}
