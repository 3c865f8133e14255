using VinCxr.Core.Sweeps.Schema;

namespace VinCxr.Core.Sweeps;

/// <summary>One place where two sweep files say different things.</summary>
/// <param name="Path">Dotted path, for example <c>train.lr</c> or <c>parameters.train.lr</c>.</param>
/// <param name="Before">Canonical text, or null where the first file does not have it.</param>
public sealed record SpecDifference(string Path, string? Before, string? After)
{
    private const string Absent = "absent";

    /// <summary>Everything that differs, in the order of the file; comments, order and written-out defaults do not count.</summary>
    public static IReadOnlyList<SpecDifference> Between(SweepSpec before, SweepSpec after) =>
    [
        .. SweepSchema.Fields.Select(f => new SpecDifference(f.Path, SpecWriter.Scalar(f.Get(before)), SpecWriter.Scalar(f.Get(after)))).Where(d => d.Before != d.After),
        .. before.Parameters.Keys.Union(after.Parameters.Keys)
            .Select(path => new SpecDifference($"parameters.{path}", Text(before, path), Text(after, path))).Where(d => d.Before != d.After),
    ];

    public override string ToString() => $"{Path}: '{Before ?? Absent}' became '{After ?? Absent}'";

    private static string? Text(SweepSpec spec, string path) => spec.Parameters.TryGetValue(path, out ParameterSpec? parameter) ? SpecWriter.Parameter(parameter) : null;
}
