namespace VinCxr.Core.Sweeps.Search;

/// <summary>Independent uniform draws (log-uniform on a log scale) without repeats.</summary>
internal sealed class RandomSearch(SweepSpec spec) : ISearchMethod
{
    public bool UsesScores => false;

    public IReadOnlyList<Variant> Propose(IReadOnlyList<VariantResult> history, int count) =>
        DistinctDraws.Propose(spec, history, count, (space, index, attempt) =>
        {
            Random random = DistinctDraws.Generator(spec.Search.Seed, index, attempt);
            return space.FromUnitCube(_ => random.NextDouble());
        });
}

/// <summary>Draws variants one by one and skips combinations that the sweep already has.</summary>
internal static class DistinctDraws
{
    // A small discrete space runs out; after this many repeats in a row it counts as used up.
    private const int MaxAttempts = 1000;

    public static IReadOnlyList<Variant> Propose(
        SweepSpec spec, IReadOnlyList<VariantResult> history, int count, Func<SearchSpace, int, int, OrderedDictionary<string, object>> draw)
    {
        SearchSpace space = new(spec);
        HashSet<string> taken = [.. history.Select(h => SearchSpace.KeyOf(h.Variant.Parameters))];
        List<Variant> proposals = [];
        int wanted = Math.Min(count, spec.Search.MaxVariants - history.Count);
        while (proposals.Count < wanted)
        {
            int index = history.Count + proposals.Count;
            OrderedDictionary<string, object>? fresh = Enumerable.Range(0, MaxAttempts)
                .Select(attempt => draw(space, index, attempt))
                .FirstOrDefault(c => taken.Add(SearchSpace.KeyOf(c)));
            if (fresh is null)
            {
                break;
            }

            proposals.Add(space.ToVariant(index, fresh));
        }

        return proposals;
    }

    /// <summary>A generator that depends only on its three numbers, so that a proposal never depends on how many were asked for before.</summary>
    public static Random Generator(int seed, int index, int attempt)
    {
        unchecked
        {
            ulong mixed = ((ulong)(uint)seed << 32) ^ ((ulong)(uint)index * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)attempt * 0xD1B54A32D192ED03);
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            return new Random((int)(mixed ^ (mixed >> 32)));
        }
    }
}
