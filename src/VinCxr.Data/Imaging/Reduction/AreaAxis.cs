namespace VinCxr.Data.Imaging.Reduction;

/// <summary>
/// Overlaps of source cells with output cells along one side, in whole units: a source cell is <see cref="Full"/> units long, an output
/// cell <see cref="Total"/>, the smallest numbers with the ratio of the two sizes. Nothing is rounded, so the weights of an output cell sum to its length exactly.
/// </summary>
internal readonly struct AreaAxis
{
    public AreaAxis(int source, int target)
    {
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(source, target);
        (Source, Target, Full, Total) = (source, target, target / divisor, source / divisor);
    }

    public int Source { get; }

    public int Target { get; }

    /// <summary>Length of a source cell, at most <see cref="Total"/>.</summary>
    public int Full { get; }

    /// <summary>Length of an output cell.</summary>
    public int Total { get; }

    /// <summary>True when every output cell covers the same number of whole source cells.</summary>
    public bool IsWhole => Full == 1;

    /// <summary>Where a source cell lies: its first output cell, its units in that one and in the next, and whether it ends that one.</summary>
    public (int Cell, int Inside, int Beyond, bool Ends) Overlap(int source)
    {
        long start = (long)source * Full, end = start + Full;
        int cell = (int)(start / Total);
        int beyond = (int)Math.Max(0, end - ((cell + 1L) * Total));
        return (cell, Full - beyond, beyond, end >= (cell + 1L) * Total);
    }

    /// <summary>The source cells under every output cell.</summary>
    public AreaTaps Taps()
    {
        // One more than the cells that fit, for those cut in two at either end, if a cell ever is.
        int count = Math.Min(Source, IsWhole ? Total : ((Total + Full - 1) / Full) + 1);
        var first = new int[Target];
        var units = new uint[Target * count];
        for (int cell = 0; cell < Target; cell++)
        {
            long start = (long)cell * Total, end = start + Total;
            first[cell] = (int)Math.Min(start / Full, Source - count);
            for (int tap = 0; tap < count; tap++)
            {
                long from = (long)(first[cell] + tap) * Full;
                units[(cell * count) + tap] = (uint)Math.Max(0, Math.Min(end, from + Full) - Math.Max(start, from));
            }
        }

        return new AreaTaps(count, first, units);
    }
}

/// <summary>The same number of source cells for every output cell, so that their loop has no branches: some at the ends weigh nothing.</summary>
/// <param name="Count">Source cells to an output cell.</param>
/// <param name="First">Of every output cell, its first source cell; First + Count never exceeds the source.</param>
/// <param name="Units">Count weights to an output cell; they sum to <see cref="AreaAxis.Total"/>.</param>
internal sealed record AreaTaps(int Count, int[] First, uint[] Units);
