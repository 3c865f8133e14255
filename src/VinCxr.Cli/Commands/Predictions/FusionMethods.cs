using VinCxr.Core.Fusion;

namespace VinCxr.Cli.Commands.Predictions;

/// <summary>Fusion methods under the names that people type; the sweep file uses the same ones.</summary>
internal static class FusionMethods
{
    public static IReadOnlyDictionary<string, FusionMethod> ByName { get; } = new Dictionary<string, FusionMethod>
    {
        ["wbf"] = FusionMethod.Wbf,
        ["p_sum"] = FusionMethod.PSum,
        ["nms"] = FusionMethod.Nms,
        ["soft-nms"] = FusionMethod.SoftNms,
        ["nmw"] = FusionMethod.Nmw,
    };
}
