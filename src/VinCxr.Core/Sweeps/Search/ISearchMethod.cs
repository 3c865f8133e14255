namespace VinCxr.Core.Sweeps.Search;

/// <param name="Score">Mean mAP@0.4 over the variant's finished folds, or null while none is.</param>
/// <param name="Finished">True when every fold has ended.</param>
public sealed record VariantResult(Variant Variant, double? Score, bool Finished);

/// <summary>Chooses the variants of a sweep. Deterministic: the same spec and history give the same proposals.</summary>
public interface ISearchMethod
{
    /// <summary>True when proposals depend on scores, so that asking for few at a time, as results come in, pays off.</summary>
    bool UsesScores { get; }

    /// <summary>Proposes up to <paramref name="count"/> further variants; empty when the space or the budget is used up.</summary>
    /// <param name="history">Every variant proposed so far, in order.</param>
    IReadOnlyList<Variant> Propose(IReadOnlyList<VariantResult> history, int count);
}
