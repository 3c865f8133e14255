namespace VinCxr.Core.Sweeps.Search;

public static class SearchMethods
{
    /// <exception cref="InvalidInputException">Unknown method.</exception>
    public static ISearchMethod Create(SweepSpec spec) => spec.Search.Method switch
    {
        "grid" => new GridSearch(spec),
        "random" => new RandomSearch(spec),
        "sobol" => new SobolSearch(spec),
        "tpe" => new TpeSearch(spec),
        _ => throw new InvalidInputException($"search.method: '{spec.Search.Method}' is not one of grid, random, sobol, tpe"),
    };
}
