namespace VinCxr.Data.Leakage;

/// <param name="FoldA">Null when the image is in no fold (it has no annotations), or no folds were given.</param>
public sealed record Leak(string A, string B, int Distance, double Correlation, int? FoldA, int? FoldB)
{
    /// <summary>True when the images are in different folds, so that one is validated on what the other taught.</summary>
    public bool Crosses => FoldA is { } a && FoldB is { } b && a != b;

    public static IReadOnlyList<Leak> Of(IEnumerable<NearDuplicate> pairs, IReadOnlyDictionary<string, int> foldOf) =>
    [
        .. pairs.Select(p => new Leak(
            p.A, p.B, p.Distance, p.Correlation,
            foldOf.TryGetValue(p.A, out int a) ? a : null, foldOf.TryGetValue(p.B, out int b) ? b : null)),
    ];
}
