namespace VinCxr.Core.Sweeps.Transforms;

/// <summary>
/// The steps of <c>preprocess.transform</c>, first to last: <c>trim(threshold=0.05) + clahe(clip=3, tiles=16)</c>. A step is a name, with
/// its options in brackets where they differ from their defaults; bare numbers fill the options in order, as in <c>gamma(0.8)</c>.
/// Levels in [0, 1] pass from step to step.
/// </summary>
public sealed class TransformChain
{
    /// <summary>Most steps of a chain.</summary>
    public const int MaxSteps = 16;

    internal TransformChain(IReadOnlyList<TransformStep> steps) => Steps = steps;

    /// <summary>At least one.</summary>
    public IReadOnlyList<TransformStep> Steps { get; }

    /// <summary>Reads a chain.</summary>
    /// <returns>The chain when there are no errors, otherwise null and every error, each quoting the bad text and saying what is allowed.</returns>
    public static (TransformChain? Chain, IReadOnlyList<string> Errors) Parse(string text)
    {
        var parser = new TransformParser();
        TransformChain chain = parser.Read(text);
        return parser.Errors.Count == 0 ? (chain, []) : (null, parser.Errors);
    }

    /// <exception cref="InvalidInputException">Any error; all are told.</exception>
    public static TransformChain ParseOrThrow(string text) =>
        Parse(text) is var (chain, errors) && chain is not null ? chain : throw new InvalidInputException($"image transform: {string.Join("; ", errors)}");

    /// <summary>
    /// Canonical text: equal chains give equal texts, whatever their spaces, order of options and defaults written out. It names
    /// prepared images and sweeps.
    /// </summary>
    public override string ToString() => string.Join(" + ", Steps);
}
