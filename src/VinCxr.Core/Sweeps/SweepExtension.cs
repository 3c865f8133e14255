namespace VinCxr.Core.Sweeps;

/// <summary>What a sweep may become once it has begun: more of the same, under other limits. Whatever would make scores incomparable is refused.</summary>
public static class SweepExtension
{
    private const string EpochsPath = "train.epochs";
    private const string VariantsPath = "search.max_variants";
    private const string ParametersPrefix = "parameters.";

    private static readonly string[] Free = ["budget.gpu_hours", "resources.priority", "resources.queue", "resources.max_concurrent"];

    /// <returns>What changes; never empty.</returns>
    /// <exception cref="InvalidInputException">Something else differs, something shrinks, or nothing differs; one error per path, with both values.</exception>
    public static IReadOnlyList<SpecDifference> Check(SweepSpec before, SweepSpec after)
    {
        IReadOnlyList<SpecDifference> differences = SpecDifference.Between(before, after);
        string[] errors = [.. differences.Select(d => Error(d, before, after)).OfType<string>()];
        if (errors.Length > 0)
        {
            throw new InvalidInputException($"extension of sweep '{before.Name}'", errors);
        }

        return differences.Count > 0
            ? differences
            : throw new InvalidInputException(
                $"the file says what sweep '{before.Name}' says already; raise {EpochsPath}, {VariantsPath}, a list of values or budget.gpu_hours to extend it");
    }

    private static string? Error(SpecDifference difference, SweepSpec before, SweepSpec after)
    {
        string values = $"{difference.Path}: '{difference.Before ?? "absent"}' cannot become '{difference.After ?? "absent"}'";
        if (Free.Contains(difference.Path))
        {
            return null;
        }

        if (difference.Path is EpochsPath or VariantsPath)
        {
            bool grows = difference.Path == EpochsPath
                ? after.Settings.Train.Epochs > before.Settings.Train.Epochs
                : after.Search.MaxVariants > before.Search.MaxVariants;
            return grows ? null : $"{values}: an extension only raises it";
        }

        if (difference.Path.StartsWith(ParametersPrefix, StringComparison.Ordinal))
        {
            string path = difference.Path[ParametersPrefix.Length..];
            return Grows(before.Parameters.GetValueOrDefault(path), after.Parameters.GetValueOrDefault(path)) ? null : $"{values}: an extension only adds listed values";
        }

        return $"{values} in an extension, or its scores would not compare; submit it as a sweep of its own";
    }

    private static bool Grows(ParameterSpec? before, ParameterSpec? after) =>
        before?.Values is { } old && after?.Values is { } more && old.All(more.Contains)
        && before.When.Count == after.When.Count
        && before.When.All(w => after.When.TryGetValue(w.Key, out IReadOnlyList<object>? values) && w.Value.SequenceEqual(values));
}
