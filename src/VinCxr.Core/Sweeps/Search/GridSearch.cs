namespace VinCxr.Core.Sweeps.Search;

/// <summary>Every combination, the last parameter varying fastest; a range gives <c>steps</c> evenly spaced points, ends included.</summary>
internal sealed class GridSearch(SweepSpec spec) : ISearchMethod
{
    public bool UsesScores => false;

    public IReadOnlyList<Variant> Propose(IReadOnlyList<VariantResult> history, int count)
    {
        SearchSpace space = new(spec);
        int wanted = Math.Min(count, spec.Search.MaxVariants - history.Count);

        // By what was proposed, not by how many: values added to a list later lie between those that are there.
        HashSet<string> taken = [.. history.Select(h => SearchSpace.KeyOf(h.Variant.Parameters))];
        return
        [
            .. Combinations(space).Where(c => !taken.Contains(SearchSpace.KeyOf(c))).Take(Math.Max(0, wanted)).Select((c, i) => space.ToVariant(history.Count + i, c)),
        ];
    }

    /// <returns>The grid's size, or <paramref name="limit"/> when it is at least that.</returns>
    public static int CountUpTo(SweepSpec spec, int limit) => Combinations(new SearchSpace(spec)).Take(limit).Count();

    private static IEnumerable<OrderedDictionary<string, object>> Combinations(SearchSpace space) => Extend(space, 0, []);

    private static IEnumerable<OrderedDictionary<string, object>> Extend(SearchSpace space, int index, OrderedDictionary<string, object> chosen)
    {
        if (index == space.Parameters.Count)
        {
            yield return new OrderedDictionary<string, object>(chosen);
            yield break;
        }

        (string path, ParameterSpec parameter) = space.Parameters[index];
        if (!SearchSpace.IsActive(parameter, chosen))
        {
            foreach (OrderedDictionary<string, object> rest in Extend(space, index + 1, chosen))
            {
                yield return rest;
            }

            yield break;
        }

        foreach (object value in Points(path, parameter))
        {
            chosen[path] = value;
            foreach (OrderedDictionary<string, object> rest in Extend(space, index + 1, chosen))
            {
                yield return rest;
            }
        }

        chosen.Remove(path);
    }

    private static IEnumerable<object> Points(string path, ParameterSpec parameter) => parameter.Values
        ?? Enumerable.Range(0, parameter.Steps).Select(i => SearchSpace.FromUnit(path, parameter, i / (double)(parameter.Steps - 1))).Distinct();
}
