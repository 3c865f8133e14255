namespace VinCxr.Data.Imaging;

/// <summary>
/// Area-averaged reduction fused with the level table: each source pixel is read once, looked up and added to the output cells it
/// overlaps, weighted by the overlap. No full-size image is made in between.
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
        if (width == source.Width && height == source.Height)
        {
            Copy(pixels, levels, width, height, emit);
            return;
        }

        Overlap[] columns = Overlaps(source.Width, width), rows = Overlaps(source.Height, height);
        float[] line = new float[width + 1], sum = new float[width], next = new float[width];
        for (int y = 0; y < source.Height; y++)
        {
            line.AsSpan().Clear();
            ReadOnlySpan<ushort> row = pixels.Slice(y * source.Width, source.Width);
            for (int x = 0; x < row.Length; x++)
            {
                Overlap overlap = columns[x];
                float level = levels[row[x]];
                line[overlap.Cell] += level * overlap.Inside;
                line[overlap.Cell + 1] += level * overlap.Beyond;
            }

            Overlap vertical = rows[y];
            AddScaled(sum, line, vertical.Inside);
            AddScaled(next, line, vertical.Beyond);
            if (y == source.Height - 1 || rows[y + 1].Cell != vertical.Cell)
            {
                emit(vertical.Cell, sum);
                (sum, next) = (next, sum);
                next.AsSpan().Clear();
            }
        }
    }

    private static void Copy(ReadOnlySpan<ushort> pixels, float[] levels, int width, int height, Action<int, ReadOnlySpan<float>> emit)
    {
        var line = new float[width];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<ushort> row = pixels.Slice(y * width, width);
            for (int x = 0; x < row.Length; x++)
            {
                line[x] = levels[row[x]];
            }

            emit(y, line);
        }
    }

    private static void AddScaled(float[] sum, float[] line, float weight)
    {
        if (weight == 0)
        {
            return;
        }

        for (int x = 0; x < sum.Length; x++)
        {
            sum[x] += line[x] * weight;
        }
    }

    /// <summary>For every source cell: the output cell it starts in, its share of that one and of the one after.</summary>
    private static Overlap[] Overlaps(int source, int target)
    {
        var overlaps = new Overlap[source];
        double scale = (double)target / source;
        for (int i = 0; i < source; i++)
        {
            // Integer arithmetic: a cell that ends exactly on a border must not leak into the next.
            int cell = (int)((long)i * target / source);
            long border = (long)(cell + 1) * source, end = (long)(i + 1) * target;
            double beyond = end > border ? (double)(end - border) / source : 0;
            overlaps[i] = new Overlap(cell, (float)(scale - beyond), (float)beyond);
        }

        return overlaps;
    }

    private readonly record struct Overlap(int Cell, float Inside, float Beyond);
}
