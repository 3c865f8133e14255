namespace VinCxr.Core.Sweeps.Search;

/// <summary>
/// Tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011): models good and other variants separately, parameter by
/// parameter, and proposes the candidate whose density ratio good / other is largest. Random until enough variants have a score.
/// </summary>
internal sealed class TpeSearch(SweepSpec spec) : ISearchMethod
{
    private const int StartUpVariants = 8;
    private const int Candidates = 24;
    private const double GoodFraction = 0.25;

    /// <summary>After this many repeats of known variants the favourites are used up, which does not mean that the space is.</summary>
    private const int GuidedAttempts = 50;

    public bool UsesScores => true;

    public IReadOnlyList<Variant> Propose(IReadOnlyList<VariantResult> history, int count)
    {
        List<VariantResult> scored = [.. history.Where(h => h.Score is not null).OrderByDescending(h => h.Score)];
        if (scored.Count < StartUpVariants)
        {
            return new RandomSearch(spec).Propose(history, count);
        }

        int goodCount = Math.Max(1, (int)Math.Ceiling(GoodFraction * Math.Min(scored.Count, 100)));
        Variant[] good = [.. scored.Take(goodCount).Select(s => s.Variant)];
        Variant[] other = [.. scored.Skip(goodCount).Select(s => s.Variant)];
        return DistinctDraws.Propose(spec, history, count, (space, index, attempt) =>
        {
            Random random = DistinctDraws.Generator(spec.Search.Seed, index, attempt);
            return attempt < GuidedAttempts ? Best(space, good, other, random) : space.FromUnitCube(_ => random.NextDouble());
        });
    }

    private static OrderedDictionary<string, object> Best(SearchSpace space, Variant[] good, Variant[] other, Random random)
    {
        OrderedDictionary<string, object> chosen = [];
        foreach ((string path, ParameterSpec parameter) in space.Parameters)
        {
            if (!SearchSpace.IsActive(parameter, chosen))
            {
                continue;
            }

            ParzenEstimator likely = ParzenEstimator.Fit(parameter, Observed(good, path));
            ParzenEstimator unlikely = ParzenEstimator.Fit(parameter, Observed(other, path));
            double best = Enumerable.Range(0, Candidates)
                .Select(_ => likely.Sample(random))
                .MaxBy(unit => likely.LogDensity(unit) - unlikely.LogDensity(unit));
            chosen[path] = SearchSpace.FromUnit(path, parameter, best);
        }

        return chosen;
    }

    private static IEnumerable<object> Observed(Variant[] variants, string path) =>
        variants.Where(v => v.Parameters.ContainsKey(path)).Select(v => v.Parameters[path]);
}
