namespace VinCxr.Core.Fusion;

/// <summary>Fusion methods under the names that people type, in sweep files and on the command line.</summary>
public static class FusionMethods
{
    public static IReadOnlyDictionary<string, FusionMethod> ByName { get; } = new OrderedDictionary<string, FusionMethod>
    {
        ["wbf"] = FusionMethod.Wbf,
        ["p_sum"] = FusionMethod.PSum,
        ["nms"] = FusionMethod.Nms,
        ["soft-nms"] = FusionMethod.SoftNms,
        ["nmw"] = FusionMethod.Nmw,
    };

    /// <exception cref="InvalidInputException">Unknown name.</exception>
    public static FusionMethod Find(string name) => ByName.TryGetValue(name, out FusionMethod method)
        ? method
        : throw new InvalidInputException($"ensemble.method: '{name}' is none of {string.Join(", ", ByName.Keys)}");
}
