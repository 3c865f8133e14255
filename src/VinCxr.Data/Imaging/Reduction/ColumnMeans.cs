namespace VinCxr.Data.Imaging.Reduction;

/// <summary>
/// Column sums of one output row to its cells. A cell is a whole number of units, <see cref="UnitsPerStep"/> of them for a mean of one step:
/// the sum itself where that fits into 31 bits, else the mean in a fixed-point number as fine as fits, rounded.
/// </summary>
internal sealed class ColumnMeans
{
    private readonly AreaAxis _columns;
    private readonly AreaSpan[] _spans;
    private readonly bool _exact;
    private readonly double _unitsPerSum;

    /// <param name="largestStep">No step exceeds it.</param>
    public ColumnMeans(AreaAxis columns, AreaAxis rows, uint largestStep)
    {
        double area = (double)columns.Total * rows.Total;
        _columns = columns;
        _exact = columns.IsWhole && area * largestStep <= int.MaxValue;
        _spans = columns.IsWhole ? [] : columns.Spans();
        int bits = Math.Max(0, 30 - System.Numerics.BitOperations.Log2(Math.Max(1, largestStep)));
        UnitsPerStep = _exact ? area : 1L << bits;
        _unitsPerSum = UnitsPerStep / area;
    }

    public double UnitsPerStep { get; }

    public void Reduce(ReadOnlySpan<uint> sums, Span<int> cells)
    {
        if (!_columns.IsWhole)
        {
            Weigh(sums, cells);
        }
        else if (_exact)
        {
            Sum(sums, cells, _columns.Total);
        }
        else
        {
            SumLong(sums, cells);
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

    private void SumLong(ReadOnlySpan<uint> sums, Span<int> cells)
    {
        int each = _columns.Total;
        for (int x = 0; x < cells.Length; x++)
        {
            long sum = 0;
            foreach (uint column in sums.Slice(x * each, each))
            {
                sum += column;
            }

            cells[x] = (int)((sum * _unitsPerSum) + 0.5);
        }
    }

    private void Weigh(ReadOnlySpan<uint> sums, Span<int> cells)
    {
        AreaSpan[] spans = _spans;
        long full = _columns.Full;
        for (int x = 0; x < cells.Length; x++)
        {
            AreaSpan span = spans[x];
            long between = 0;
            for (int column = span.First + 1; column < span.Last; column++)
            {
                between += sums[column];
            }

            long sum = ((long)sums[span.First] * span.FirstUnits) + (between * full) + ((long)sums[span.Last] * span.LastUnits);
            cells[x] = (int)((sum * _unitsPerSum) + 0.5);
        }
    }
}
