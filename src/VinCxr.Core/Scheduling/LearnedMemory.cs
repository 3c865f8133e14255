namespace VinCxr.Core.Scheduling;

/// <summary>What a trial needs, from an estimate and from runs of the same profile.</summary>
public static class LearnedMemory
{
    /// <summary>Room above the peak that was seen: the same trial on other images needs a little more or less.</summary>
    public const double Margin = 1.1;

    /// <param name="estimateMb">Estimate, MiB; null when there is none.</param>
    /// <param name="peakMb">Most that a run of the profile reported, MiB; null before the first. A measured peak outweighs the estimate.</param>
    /// <returns>MiB, or null when nothing is known.</returns>
    public static int? Needed(int? estimateMb, double? peakMb) => peakMb is { } peak ? (int)Math.Ceiling(peak * Margin) : estimateMb;
}
