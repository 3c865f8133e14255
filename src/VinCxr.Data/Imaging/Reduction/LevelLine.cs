using System.Numerics;
using System.Runtime.InteropServices;

namespace VinCxr.Data.Imaging.Reduction;

/// <summary>Whole units to output values: round(level * largest), where level = (unit - Zero) * Slope + AtZero, clipped to [0, 1].</summary>
internal readonly record struct LevelLine(int Zero, double Slope, double AtZero)
{
    private const float Half = 0.5f;

    public void To8Bits(ReadOnlySpan<int> units, Span<byte> output)
    {
        const float Largest = byte.MaxValue;
        (float slope, float start) = ((float)(Slope * Largest), (float)((AtZero * Largest) + Half));
        int done = 0;
        if (Vector.IsHardwareAccelerated)
        {
            ReadOnlySpan<Vector<int>> blocks = MemoryMarshal.Cast<int, Vector<int>>(units);
            for (int i = 0; i + 4 <= blocks.Length; i += 4)
            {
                Vector<ushort> first = Vector.Narrow(Scale(blocks[i], slope, start, Largest), Scale(blocks[i + 1], slope, start, Largest));
                Vector<ushort> second = Vector.Narrow(Scale(blocks[i + 2], slope, start, Largest), Scale(blocks[i + 3], slope, start, Largest));
                Vector.Narrow(first, second).CopyTo(output[done..]);
                done += Vector<byte>.Count;
            }
        }

        for (; done < units.Length; done++)
        {
            output[done] = (byte)Math.Clamp(((units[done] - Zero) * slope) + start, 0, Largest);
        }
    }

    public void To16Bits(ReadOnlySpan<int> units, Span<ushort> output)
    {
        const float Largest = ushort.MaxValue;
        (float slope, float start) = ((float)(Slope * Largest), (float)((AtZero * Largest) + Half));
        int done = 0;
        if (Vector.IsHardwareAccelerated)
        {
            ReadOnlySpan<Vector<int>> blocks = MemoryMarshal.Cast<int, Vector<int>>(units);
            for (int i = 0; i + 2 <= blocks.Length; i += 2)
            {
                Vector.Narrow(Scale(blocks[i], slope, start, Largest), Scale(blocks[i + 1], slope, start, Largest)).CopyTo(output[done..]);
                done += Vector<ushort>.Count;
            }
        }

        for (; done < units.Length; done++)
        {
            output[done] = (ushort)Math.Clamp(((units[done] - Zero) * slope) + start, 0, Largest);
        }
    }

    private Vector<uint> Scale(Vector<int> units, float slope, float start, float largest)
    {
        Vector<float> value = (Vector.ConvertToSingle(units - new Vector<int>(Zero)) * slope) + new Vector<float>(start);
        return Vector.AsVectorUInt32(Vector.ConvertToInt32(Vector.Min(Vector.Max(value, Vector<float>.Zero), new Vector<float>(largest))));
    }
}
