namespace VinCxr.Faults.Tests.Storm;

internal static class Percentiles
{
    /// <summary>Nearest-rank percentile.</summary>
    /// <param name="values">At least one, in any order.</param>
    /// <param name="percent">In (0, 100].</param>
    public static TimeSpan Of(IEnumerable<TimeSpan> values, double percent)
    {
        TimeSpan[] sorted = [.. values.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(percent / 100 * sorted.Length) - 1)];
    }
}
