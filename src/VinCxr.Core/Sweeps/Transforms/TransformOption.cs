using System.Globalization;

namespace VinCxr.Core.Sweeps.Transforms;

/// <summary>A number that a step of a transform chain takes.</summary>
/// <param name="Default">Value where the chain names none.</param>
/// <param name="Min">Smallest allowed value.</param>
/// <param name="Max">Largest allowed value.</param>
/// <param name="Effect">What it does, with its unit; one short phrase.</param>
public sealed record TransformOption(string Name, double Default, double Min, double Max, string Effect)
{
    /// <summary>True when only whole numbers are allowed.</summary>
    public bool Whole { get; init; }

    /// <summary>True when <see cref="Min"/> itself is not allowed.</summary>
    public bool MinExclusive { get; init; }

    /// <summary>True when <see cref="Max"/> itself is not allowed.</summary>
    public bool MaxExclusive { get; init; }

    /// <summary>What is allowed, for people: <c>a whole number from 1 to 64</c>.</summary>
    public string Allowed
    {
        get
        {
            string kind = Whole ? "a whole number" : "a number";
            return (MinExclusive, MaxExclusive) switch
            {
                (false, false) => string.Create(CultureInfo.InvariantCulture, $"{kind} from {Min} to {Max}"),
                (true, false) => string.Create(CultureInfo.InvariantCulture, $"{kind} above {Min} and at most {Max}"),
                (false, true) => string.Create(CultureInfo.InvariantCulture, $"{kind} of at least {Min} and below {Max}"),
                (true, true) => string.Create(CultureInfo.InvariantCulture, $"{kind} above {Min} and below {Max}"),
            };
        }
    }

    internal bool Accepts(double value) =>
        double.IsFinite(value)
        && (MinExclusive ? value > Min : value >= Min)
        && (MaxExclusive ? value < Max : value <= Max)
        && (!Whole || value == Math.Floor(value));
}
