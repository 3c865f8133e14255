namespace VinCxr.Core.Sweeps;

/// <summary>One point of the search space, to be trained on every fold.</summary>
/// <param name="Id">Stable short name within the sweep: <c>v0</c>, <c>v1</c>, ...</param>
/// <param name="Parameters">Dotted path to chosen value (string, bool, long or double), in file order.</param>
/// <param name="Settings">The sweep's settings with the parameters put in.</param>
public sealed record Variant(string Id, IReadOnlyDictionary<string, object> Parameters, TrialSettings Settings)
{
    /// <summary>Short text for tables, for example <c>model.variant=s train.lr=0.01</c>.</summary>
    public string Describe() => Parameters.Count == 0
        ? "defaults"
        : string.Join(' ', Parameters.Select(p => $"{p.Key}={p.Value}"));
}
