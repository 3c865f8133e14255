namespace VinCxr.Core.Scheduling;

/// <summary>
/// Slot time that a user has used, of which every half-life half is forgotten: use at time t counts 2^(-(now - t) / half-life).
/// </summary>
/// <param name="SlotSeconds">Decayed slot seconds as of <paramref name="At"/>.</param>
public readonly record struct DecayedUse(double SlotSeconds, DateTimeOffset At)
{
    /// <summary>As of a later time, nothing used since. An earlier time (a clock set back) changes nothing.</summary>
    public double AsOf(DateTimeOffset now, TimeSpan halfLife) => SlotSeconds * Factor(now, halfLife);

    /// <summary>After <paramref name="slots"/> were in use without a change from <see cref="At"/> to <paramref name="now"/>: the exact integral.</summary>
    public DecayedUse After(double slots, DateTimeOffset now, TimeSpan halfLife)
    {
        if (now <= At)
        {
            return this;
        }

        double factor = Factor(now, halfLife);
        return new DecayedUse((SlotSeconds * factor) + (slots * halfLife.TotalSeconds / Math.Log(2) * (1 - factor)), now);
    }

    private double Factor(DateTimeOffset now, TimeSpan halfLife) => now <= At ? 1 : Math.Pow(2, -(now - At) / halfLife);
}

/// <summary>Who of several users is owed the next slot.</summary>
public static class FairShare
{
    /// <summary>
    /// What a slot in use counts in advance. Without it, all free slots of a moment would go to whoever has used least so far; with it, users who
    /// start even get even numbers, and one who is ahead by an hour waits for one slot.
    /// </summary>
    public static readonly TimeSpan Advance = TimeSpan.FromHours(1);

    /// <returns>Slot seconds; the least is owed the next slot.</returns>
    public static double Rank(double decayedSlotSeconds, double slotsInUse) => decayedSlotSeconds + (slotsInUse * Advance.TotalSeconds);
}
