namespace VinCxr.Core.Sweeps.Search;

/// <summary>Low-discrepancy points: covers the space more evenly than random draws.</summary>
internal sealed class SobolSearch(SweepSpec spec) : ISearchMethod
{
    public bool UsesScores => false;

    public IReadOnlyList<Variant> Propose(IReadOnlyList<VariantResult> history, int count)
    {
        // A repeat (possible in discrete spaces) takes a point from a far part of the sequence.
        const int AttemptStride = 100_000;
        uint[] shift = SobolSequence.Shift(spec.Search.Seed);
        return DistinctDraws.Propose(spec, history, count, (space, index, attempt) =>
            space.FromUnitCube(dimension => SobolSequence.Coordinate(index + ((long)attempt * AttemptStride), dimension, shift[dimension])));
    }
}
