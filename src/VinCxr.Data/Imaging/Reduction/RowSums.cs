using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VinCxr.Data.Imaging.Reduction;

/// <summary>
/// Adds rows of stored bits to column sums, as codes in steps clamped to the line of a <see cref="LinearDisplay"/> and counted from its
/// low end; keeps the smallest and largest code seen. All in integers, hence the same on every machine whatever its vector width.
/// </summary>
internal sealed class RowSums(LinearDisplay display)
{
    private Vector<ushort> _min = new(ushort.MaxValue);
    private Vector<ushort> _max = Vector<ushort>.Zero;
    private ushort _tailMin = ushort.MaxValue;
    private ushort _tailMax;

    /// <summary>Smallest and largest step seen, clamped to the line and counted from its low end.</summary>
    public (uint Low, uint High) Extremes()
    {
        (ushort min, ushort max) = (_tailMin, _tailMax);
        for (int i = 0; i < Vector<ushort>.Count; i++)
        {
            (min, max) = (Math.Min(min, _min[i]), Math.Max(max, _max[i]));
        }

        return (Step(min), Step(max));
    }

    /// <param name="sums">As long as the row; raised by weight * step. The caller sees to it that they cannot overflow.</param>
    public void Add(ReadOnlySpan<ushort> row, uint weight, Span<uint> sums)
    {
        int done = display.Scale == 1 ? AddCodes(row, weight, sums) : AddSteps(row, weight, sums);
        for (int x = done; x < row.Length; x++)
        {
            ushort code = display.Codes.Code(row[x]);
            (_tailMin, _tailMax) = (Math.Min(_tailMin, code), Math.Max(_tailMax, code));
            sums[x] += weight * Step(code);
        }
    }

    /// <summary>Steps are codes: clamped 16 at a time before they are widened.</summary>
    private int AddCodes(ReadOnlySpan<ushort> row, uint weight, Span<uint> sums)
    {
        ReadOnlySpan<Vector<ushort>> stored = MemoryMarshal.Cast<ushort, Vector<ushort>>(row);
        Span<Vector<uint>> totals = MemoryMarshal.Cast<uint, Vector<uint>>(sums)[..(2 * stored.Length)];
        var low = new Vector<ushort>((ushort)display.Low);
        var high = new Vector<ushort>((ushort)display.High);
        var times = new Vector<uint>(weight);
        (Vector<ushort> min, Vector<ushort> max) = (_min, _max);
        for (int i = 0; i < stored.Length; i++)
        {
            Vector<ushort> code = Codes(stored[i]);
            min = Vector.Min(min, code);
            max = Vector.Max(max, code);
            Vector.Widen(Vector.Min(Vector.Max(code, low), high) - low, out Vector<uint> first, out Vector<uint> second);
            totals[2 * i] += first * times;
            totals[(2 * i) + 1] += second * times;
        }

        (_min, _max) = (min, max);
        return stored.Length * Vector<ushort>.Count;
    }

    private int AddSteps(ReadOnlySpan<ushort> row, uint weight, Span<uint> sums)
    {
        ReadOnlySpan<Vector<ushort>> stored = MemoryMarshal.Cast<ushort, Vector<ushort>>(row);
        Span<Vector<uint>> totals = MemoryMarshal.Cast<uint, Vector<uint>>(sums)[..(2 * stored.Length)];
        var low = new Vector<uint>(display.Low);
        var high = new Vector<uint>(display.High);
        var scale = new Vector<uint>((uint)display.Scale);
        var times = new Vector<uint>(weight);
        (Vector<ushort> min, Vector<ushort> max) = (_min, _max);
        for (int i = 0; i < stored.Length; i++)
        {
            Vector<ushort> code = Codes(stored[i]);
            min = Vector.Min(min, code);
            max = Vector.Max(max, code);
            Vector.Widen(code, out Vector<uint> first, out Vector<uint> second);
            totals[2 * i] += (Vector.Min(Vector.Max(first * scale, low), high) - low) * times;
            totals[(2 * i) + 1] += (Vector.Min(Vector.Max(second * scale, low), high) - low) * times;
        }

        (_min, _max) = (min, max);
        return stored.Length * Vector<ushort>.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<ushort> Codes(Vector<ushort> stored)
    {
        CodeBits bits = display.Codes;
        return (Vector.ShiftRightLogical(stored, bits.Shift) & new Vector<ushort>(bits.Mask)) ^ new Vector<ushort>(bits.Flip);
    }

    private uint Step(ushort code) => Math.Clamp(code * (uint)display.Scale, display.Low, display.High) - display.Low;
}
