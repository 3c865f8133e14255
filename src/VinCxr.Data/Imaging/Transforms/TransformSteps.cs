using VinCxr.Core;
using VinCxr.Core.Sweeps.Transforms;

namespace VinCxr.Data.Imaging.Transforms;

/// <summary>What the steps of <see cref="TransformCatalog"/> do, by name.</summary>
internal static class TransformSteps
{
    private static readonly Dictionary<string, Func<TransformStep, ITransformStep?>> Makers = new()
    {
        [TransformCatalog.None] = _ => null,
        ["minmax"] = _ => new MinMaxStep(),
        ["percentile"] = step => new PercentileStep(step["low"], step["high"]),
        ["equalize"] = _ => new EqualizeStep(),
        ["clahe"] = step => new ClaheStep(step["clip"], (int)step["tiles"], (int)step["bins"]),
        ["gamma"] = step => new GammaStep(step["value"]),
        ["unsharp"] = step => new UnsharpStep(step["sigma"], step["amount"]),
        ["zscore"] = step => new ZScoreStep(step["deviations"]),
        ["invert"] = _ => new InvertStep(),
        ["trim"] = step => new TrimStep(step["threshold"], step["margin"]),
        ["lungs"] = step => new LungsStep(step["margin"]),
    };

    public static IReadOnlyCollection<string> Names => Makers.Keys;

    /// <summary>The steps of a chain, first to last; empty for <c>none</c>.</summary>
    /// <exception cref="InvalidInputException">Not a chain of known steps with allowed options.</exception>
    public static IReadOnlyList<ITransformStep> Of(string chain) =>
        [.. TransformChain.ParseOrThrow(chain).Steps.Select(step => Makers[step.Name](step)).OfType<ITransformStep>()];
}
