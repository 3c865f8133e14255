namespace VinCxr.Core.Sweeps;

/// <summary><c>model.weights: trial:ID</c>, training that starts from the weights of another trial.</summary>
public static class WarmStart
{
    public const string Prefix = "trial:";

    /// <returns>Id of the trial, or null for other weights.</returns>
    public static string? TrialOf(string weights) => weights.StartsWith(Prefix, StringComparison.Ordinal) ? weights[Prefix.Length..] : null;

    /// <summary>Every trial that a variant of the sweep may start from, in the order of the file.</summary>
    public static IReadOnlyList<string> TrialsOf(SweepSpec spec)
    {
        IEnumerable<string> weights = [spec.Settings.Model.Weights];
        if (spec.Parameters.TryGetValue("model.weights", out ParameterSpec? parameter))
        {
            // Under a condition that does not hold, the file's own value counts.
            weights = (parameter.Values ?? []).OfType<string>().Concat(parameter.When.Count > 0 ? weights : []);
        }

        return [.. weights.Select(TrialOf).OfType<string>().Distinct()];
    }
}
