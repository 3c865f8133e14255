using System.Runtime.Intrinsics;

namespace VinCxr.Data.Imaging.Transforms;

/// <summary>
/// <c>clahe</c>: min-max, then contrast-limited adaptive histogram equalisation (Zuiderveld, Graphics Gems IV, 1994): bins clipped at
/// <paramref name="Clip"/> mean bins and the excess spread evenly, mappings interpolated within bins and between tile centres.
/// </summary>
/// <remarks>
/// Not OpenCV's: on 16 bits that one always takes 65,536 bins, more than a tile has pixels, and its clip limit then undoes the
/// equalisation. With 256 bins on 8-bit values this one differs from it only by half a pixel and half a bin.
/// </remarks>
/// <param name="Tiles">Along either side; never more than pixels.</param>
/// <param name="Bins">Of a tile's histogram.</param>
internal sealed record ClaheStep(double Clip, int Tiles, int Bins) : ITransformStep
{
    public void Apply(WorkingImage image)
    {
        MinMaxStep.Stretch(image);
        ushort[] display = image.ToDisplay();
        float[][][] mappings = Mappings(display, image.Width, image.Height);
        Between[] columns = Centres(image.Width, mappings[0].Length), rows = Centres(image.Height, mappings.Length);
        Vector128<float>[] columnWeights = Array.ConvertAll(columns, c => Vector128.Create(1 - c.Weight, c.Weight, 1 - c.Weight, c.Weight));
        var around = new Vector128<float>[Bins + 1];
        foreach (Range vertical in Runs(rows))
        {
            Between row = rows[vertical.Start];
            foreach (Range horizontal in Runs(columns))
            {
                Between column = columns[horizontal.Start];
                Interleave(mappings[row.First], mappings[row.Second], column, around);
                for (int y = vertical.Start.Value; y < vertical.End.Value; y++)
                {
                    float below = rows[y].Weight;
                    Span<ushort> line = display.AsSpan(y * image.Width, image.Width)[horizontal];
                    Map(line, around, columnWeights.AsSpan()[horizontal], Vector128.Create(1 - below, 1 - below, below, below));
                }
            }
        }

        image.Replace(display);
    }

    private float[][][] Mappings(ushort[] display, int width, int height)
    {
        int across = Math.Min(Tiles, width), down = Math.Min(Tiles, height);
        var mappings = new float[down][][];
        for (int row = 0; row < down; row++)
        {
            mappings[row] = new float[across][];
            for (int column = 0; column < across; column++)
            {
                mappings[row][column] = Mapping(
                    display, width, column * width / across, (column + 1) * width / across, row * height / down, (row + 1) * height / down);
            }
        }

        return mappings;
    }

    /// <summary>Cumulative share of the tile's clipped histogram at every bin border, from 0 to 1.</summary>
    private float[] Mapping(ushort[] display, int width, int left, int right, int top, int bottom)
    {
        int bins = Bins;
        var histogram = new int[bins];
        for (int y = top; y < bottom; y++)
        {
            foreach (ushort value in display.AsSpan((y * width) + left, right - left))
            {
                histogram[(value * bins) >> 16]++;
            }
        }

        double area = (double)(right - left) * (bottom - top), limit = Math.Max(1, Clip * area / bins);
        double excess = histogram.Sum(count => Math.Max(0, count - limit)) / bins, seen = 0;
        var mapping = new float[bins + 1];
        for (int bin = 0; bin < bins; bin++)
        {
            seen += Math.Min(histogram[bin], limit) + excess;
            mapping[bin + 1] = (float)Math.Min(1, seen / area);
        }

        return mapping;
    }

    /// <summary>The four mappings around a pixel side by side, so that one load finds all of them: upper left, upper right, lower left, lower right.</summary>
    private static void Interleave(float[][] upper, float[][] lower, Between column, Vector128<float>[] around)
    {
        (float[] a, float[] b, float[] c, float[] d) = (upper[column.First], upper[column.Second], lower[column.First], lower[column.Second]);
        for (int bin = 0; bin < around.Length; bin++)
        {
            around[bin] = Vector128.Create(a[bin], b[bin], c[bin], d[bin]);
        }
    }

    private static void Map(Span<ushort> line, Vector128<float>[] around, ReadOnlySpan<Vector128<float>> columnWeights, Vector128<float> rowWeights)
    {
        int bins = around.Length - 1;
        // The darkest value of a bin takes its lower border, the brightest its upper one.
        float perUnit = 1f / (65536 - bins);
        for (int x = 0; x < line.Length; x++)
        {
            int position = line[x] * bins, bin = position >> 16;
            Vector128<float> lower = around[bin], upper = around[bin + 1];
            Vector128<float> mapped = lower + ((upper - lower) * ((position & 0xFFFF) * perUnit));
            line[x] = (ushort)((Vector128.Dot(mapped, columnWeights[x] * rowWeights) * ushort.MaxValue) + 0.5f);
        }
    }

    /// <summary>For every pixel of a side: the tiles whose centres lie around it and the weight of the second.</summary>
    private static Between[] Centres(int length, int tiles)
    {
        var centres = new Between[length];
        for (int i = 0; i < length; i++)
        {
            double position = Math.Clamp(((i + 0.5) * tiles / length) - 0.5, 0, tiles - 1);
            int first = (int)position;
            centres[i] = new Between(first, Math.Min(first + 1, tiles - 1), (float)(position - first));
        }

        return centres;
    }

    /// <summary>Stretches of pixels between the same two tile centres.</summary>
    private static IEnumerable<Range> Runs(Between[] side)
    {
        for (int start = 0, end; start < side.Length; start = end)
        {
            for (end = start + 1; end < side.Length && side[end].First == side[start].First; end++)
            {
            }

            yield return start..end;
        }
    }

    private readonly record struct Between(int First, int Second, float Weight);
}
