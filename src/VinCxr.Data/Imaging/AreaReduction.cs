using System.Buffers;
using VinCxr.Data.Imaging.Reduction;

namespace VinCxr.Data.Imaging;

/// <summary>
/// Area-averaged reduction fused with the level table: each source pixel is read once, looked up and added to the column sums of the
/// output rows it overlaps, weighted by the overlap; the columns of an output row are averaged once. No full-size image is made in between.
/// </summary>
internal static class AreaReduction
{
    /// <summary>Size whose longest side is at most <paramref name="longest"/>, in proportion, never larger than the source, at least 1.</summary>
    public static (int Width, int Height) Fit(int width, int height, int longest)
    {
        int longestNow = Math.Max(width, height);
        if (longestNow <= longest)
        {
            return (width, height);
        }

        double scale = (double)longest / longestNow;
        return (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
    }

    /// <summary>Calls <paramref name="emit"/> with (row, mean levels of that row) for every output row, top to bottom.</summary>
    public static void Run(StoredPixels source, float[] levels, int width, int height, Action<int, ReadOnlySpan<float>> emit)
    {
        ReadOnlySpan<ushort> pixels = source.Pixels;
        AreaAxis columns = new(source.Width, width), rows = new(source.Height, height);
        AreaTaps taps = columns.Taps();
        float[] shares = Array.ConvertAll(taps.Units, units => (float)units / columns.Total);
        float[] means = ArrayPool<float>.Shared.Rent(width);
        float[] sums = ArrayPool<float>.Shared.Rent(source.Width), next = ArrayPool<float>.Shared.Rent(source.Width);
        sums.AsSpan().Clear();
        next.AsSpan().Clear();
        float unit = 1f / rows.Total;
        for (int y = 0; y < source.Height; y++)
        {
            ReadOnlySpan<ushort> row = pixels.Slice(y * source.Width, source.Width);
            (int cell, int inside, int beyond, bool ends) = rows.Overlap(y);
            AddLevels(row, levels, inside * unit, sums);
            if (!ends)
            {
                continue;
            }

            if (beyond > 0)
            {
                AddLevels(row, levels, beyond * unit, next);
            }

            Average(sums, taps, shares, means.AsSpan(0, width));
            emit(cell, means.AsSpan(0, width));
            (sums, next) = (next, sums);
            next.AsSpan(0, source.Width).Clear();
        }

        ArrayPool<float>.Shared.Return(means);
        ArrayPool<float>.Shared.Return(sums);
        ArrayPool<float>.Shared.Return(next);
    }

    private static void AddLevels(ReadOnlySpan<ushort> row, float[] levels, float weight, Span<float> sums)
    {
        // One check instead of one for every pixel: a code of 16 bits always lies inside the table.
        ReadOnlySpan<float> table = levels.AsSpan(0, StoredPixels.Codes);
        sums = sums[..row.Length];
        for (int x = 0; x < row.Length; x++)
        {
            sums[x] += table[row[x]] * weight;
        }
    }

    private static void Average(ReadOnlySpan<float> sums, AreaTaps taps, ReadOnlySpan<float> shares, Span<float> means)
    {
        int count = taps.Count;
        for (int x = 0; x < means.Length; x++, shares = shares[count..])
        {
            ReadOnlySpan<float> under = sums.Slice(taps.First[x], count);
            float mean = 0;
            for (int tap = 0; tap < under.Length; tap++)
            {
                mean += under[tap] * shares[tap];
            }

            means[x] = mean;
        }
    }
}
