namespace VinCxr.Core.Sweeps;

/// <param name="Score">Mean mAP@0.4 over the variant's finished folds, or null while none is.</param>
public sealed record VariantResult(Variant Variant, double? Score, bool Finished);

/// <summary>Chooses the variants of a sweep. Deterministic: the same spec and history give the same proposals.</summary>
public interface ISearchMethod
{
    /// <summary>Proposes up to <paramref name="count"/> further variants; empty when the space or the budget is used up.</summary>
    IReadOnlyList<Variant> Propose(IReadOnlyList<VariantResult> history, int count);
}

public static class SearchMethods
{
    /// <exception cref="InvalidInputException">Unknown method.</exception>
    public static ISearchMethod Create(SweepSpec spec) => throw new NotImplementedException();
}
