using System.Globalization;
using VinCxr.Core.Sweeps.Search;

namespace VinCxr.Core.Sweeps;

/// <summary>One point of the search space, to be trained on every fold.</summary>
/// <param name="Id">Stable short name within the sweep: <c>v0</c>, <c>v1</c>, ...</param>
/// <param name="Parameters">Dotted path to chosen value (string, bool, long or double), in file order.</param>
/// <param name="Settings">The sweep's settings with the parameters put in.</param>
public sealed record Variant(string Id, IReadOnlyDictionary<string, object> Parameters, TrialSettings Settings)
{
    /// <summary>The variant that a spec gives for parameters chosen earlier; an extended spec gives it the extended settings.</summary>
    /// <param name="index">Position in the sweep, giving the id.</param>
    public static Variant Restore(SweepSpec spec, int index, IReadOnlyDictionary<string, object> parameters) => new SearchSpace(spec).ToVariant(index, parameters);

    /// <summary>Short text for tables, for example <c>model.variant=s train.lr=0.01</c>.</summary>
    public string Describe() => Parameters.Count == 0
        ? "defaults"
        : string.Join(' ', Parameters.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key}={p.Value}")));
}
