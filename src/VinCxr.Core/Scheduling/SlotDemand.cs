using System.Globalization;

namespace VinCxr.Core.Scheduling;

/// <summary>What <c>resources.gpus</c> may be: a fraction of one slot, or a whole number of slots of one node (a gang).</summary>
public static class SlotDemand
{
    /// <summary>Slots that one trial can train on today: training on several at once (data-parallel) is yet to come, though slots can be given.</summary>
    public const double MostTrainable = 1;

    /// <summary>Shares are sums of fractions such as 1/3; below this difference they are equal.</summary>
    public const double Tolerance = 1e-9;

    /// <returns>What is wrong with the demand, or null.</returns>
    public static string? Check(double gpus) => gpus switch
    {
        not (> 0) or double.PositiveInfinity => $"resources.gpus: {Text(gpus)} must be more than 0",
        <= 1 => null,
        _ when gpus != Math.Floor(gpus) => $"resources.gpus: {Text(gpus)} is neither a fraction of one slot nor a whole number of slots",
        _ when gpus > MostTrainable =>
            $"resources.gpus: {Text(gpus)} slots for one trial need data-parallel training, which is yet to come; give 1 or a fraction",
        _ => null,
    };

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
