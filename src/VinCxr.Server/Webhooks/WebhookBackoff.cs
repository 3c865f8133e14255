namespace VinCxr.Server.Webhooks;

/// <summary>When what did not arrive is sent again: half of a doubling pause for sure, the other half by chance, so that many do not come back at once.</summary>
internal static class WebhookBackoff
{
    /// <summary>The last is about 8 hours after the first.</summary>
    public const int MaxAttempts = 16;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    /// <param name="attempts">Made so far, at least 1.</param>
    /// <param name="chance">In [0, 1).</param>
    public static TimeSpan After(int attempts, double chance)
    {
        double pause = Math.Min(First.TotalSeconds * Math.Pow(2, attempts - 1), Longest.TotalSeconds);
        return TimeSpan.FromSeconds(pause * (0.5 + (chance / 2)));
    }
}
