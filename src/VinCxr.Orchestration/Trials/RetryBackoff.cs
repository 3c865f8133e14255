namespace VinCxr.Orchestration.Trials;

/// <summary>How long a trial waits after an error: twice as long after each that came without progress since the last, up to a bound.</summary>
/// <param name="First">Wait after the first error; zero never waits.</param>
public sealed record RetryBackoff(TimeSpan First, TimeSpan Longest)
{
    /// <param name="errors">Errors in a row, at least 1.</param>
    public TimeSpan After(int errors)
    {
        double ticks = First.Ticks * Math.Pow(2, errors - 1);
        return ticks < Longest.Ticks ? TimeSpan.FromTicks((long)ticks) : Longest;
    }
}
