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

    /// <summary>The source cells under every output cell, left to right.</summary>
    public AreaSpan[] Spans()
    {
        var spans = new AreaSpan[Target];
        for (int i = 0; i < spans.Length; i++)
        {
            long start = (long)i * Total, end = start + Total;
            int first = (int)(start / Full), last = (int)((end - 1) / Full);
            spans[i] = new AreaSpan(first, last, (int)(Math.Min(end, (first + 1L) * Full) - start), first == last ? 0 : (int)(end - ((long)last * Full)));
        }

        return spans;
    }
}

/// <summary>Source cells First to Last under one output cell: First counts FirstUnits, Last counts LastUnits (0 when it is First), those between count in full.</summary>
internal readonly record struct AreaSpan(int First, int Last, int FirstUnits, int LastUnits);
