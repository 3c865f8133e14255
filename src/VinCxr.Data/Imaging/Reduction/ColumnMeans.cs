namespace VinCxr.Data.Imaging.Reduction;

/// <summary>
/// Column sums of one output row to its cells. A cell is a whole number of units, <see cref="UnitsPerStep"/> of them for a mean of one step:
/// the sum itself where that fits into 31 bits, else the mean in a fixed-point number as fine as fits, rounded.
/// </summary>
internal sealed class ColumnMeans
{
    private readonly AreaAxis _columns;
    private readonly AreaTaps? _taps;
    private readonly bool _exact;
    private readonly double _unitsPerSum;

    /// <param name="largestStep">No step exceeds it.</param>
    public ColumnMeans(AreaAxis columns, AreaAxis rows, uint largestStep)
    {
        double area = (double)columns.Total * rows.Total;
        _columns = columns;
        _exact = columns.IsWhole && area * largestStep <= int.MaxValue;
        _taps = _exact ? null : columns.Taps();
        int bits = Math.Max(0, 30 - System.Numerics.BitOperations.Log2(Math.Max(1, largestStep)));
        UnitsPerStep = _exact ? area : 1L << bits;
        _unitsPerSum = UnitsPerStep / area;
    }

    public double UnitsPerStep { get; }

    public void Reduce(ReadOnlySpan<uint> sums, Span<int> cells)
    {
        if (_taps is not { } taps)
        {
            Sum(sums, cells, _columns.Total);
        }
        else if (taps.Count == 4)
        {
            WeighFour(sums, cells, taps);
        }
        else
        {
            Weigh(sums, cells, taps);
        }
    }

    private static void Sum(ReadOnlySpan<uint> sums, Span<int> cells, int each)
    {
        int at = 0;
        switch (each)
        {
            // The common ratios, unrolled by hand: this loop runs once for every pixel of an output row's columns.
            case 1:
                System.Runtime.InteropServices.MemoryMarshal.Cast<uint, int>(sums)[..cells.Length].CopyTo(cells);
                return;
            case 2:
                for (int x = 0; x < cells.Length && at + 1 < sums.Length; x++, at += 2)
                {
                    cells[x] = (int)(sums[at] + sums[at + 1]);
                }

                return;
            case 3:
                for (int x = 0; x < cells.Length && at + 2 < sums.Length; x++, at += 3)
                {
                    cells[x] = (int)(sums[at] + sums[at + 1] + sums[at + 2]);
                }

                return;
            default:
                for (int x = 0; x < cells.Length; x++)
                {
                    uint sum = 0;
                    foreach (uint column in sums.Slice(x * each, each))
                    {
                        sum += column;
                    }

                    cells[x] = (int)sum;
                }

                return;
        }
    }

    private void Weigh(ReadOnlySpan<uint> sums, Span<int> cells, AreaTaps taps)
    {
        int count = taps.Count;
        ReadOnlySpan<uint> units = taps.Units;
        for (int x = 0; x < cells.Length; x++, units = units[count..])
        {
            ReadOnlySpan<uint> under = sums.Slice(taps.First[x], count);
            long sum = 0;
            for (int tap = 0; tap < under.Length; tap++)
            {
                sum += (long)under[tap] * units[tap];
            }

            cells[x] = (int)((sum * _unitsPerSum) + 0.5);
        }
    }

    /// <summary>Ratios between 2 and 3, those of most radiographs at 1024 pixels.</summary>
    private void WeighFour(ReadOnlySpan<uint> sums, Span<int> cells, AreaTaps taps)
    {
        ReadOnlySpan<uint> units = taps.Units;
        for (int x = 0; x < cells.Length; x++)
        {
            ReadOnlySpan<uint> under = sums.Slice(taps.First[x], 4), weigh = units.Slice(4 * x, 4);
            long sum = ((long)under[0] * weigh[0]) + ((long)under[1] * weigh[1]) + ((long)under[2] * weigh[2]) + ((long)under[3] * weigh[3]);
            cells[x] = (int)((sum * _unitsPerSum) + 0.5);
        }
    }
}
