namespace VinCxr.Core.Exploration;

/// <summary>Five quantiles of a sample, linear between neighbours (type 7 of Hyndman and Fan 1996).</summary>
public sealed record Spread(double P05, double P25, double Median, double P75, double P95)
{
    /// <returns>Null for an empty sample.</returns>
    public static Spread? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : new(At(sorted, 0.05), At(sorted, 0.25), At(sorted, 0.5), At(sorted, 0.75), At(sorted, 0.95));
    }

    private static double At(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
