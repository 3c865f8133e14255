namespace VinCxr.Data.Imaging.Transforms;

/// <summary>
/// <c>clahe</c>: min-max, then contrast-limited adaptive histogram equalisation (Zuiderveld, Graphics Gems IV, 1994): 8x8 tiles,
/// 4096 bins, bins clipped at twice the mean bin and the excess spread evenly, mappings interpolated between tile centres.
/// </summary>
/// <remarks>Not OpenCV's: on 16 bits that one always takes 65,536 bins, more than a tile has pixels, and its clip limit then undoes the equalisation.</remarks>
internal sealed class ClaheTransform : IImageTransform
{
    private const double ClipLimit = 2;
    private const int Tiles = 8;
    private const int Bins = 4096;
    private const int LevelsPerBin = 65536 / Bins;

    public string Name => "clahe";

    public bool IsSpatial => true;

    public void Adjust(float[] levels, StoredPixels pixels) => MinMaxTransform.Stretch(levels, pixels);

    public void Filter(ushort[] display, int width, int height)
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

        Between[] columns = Centres(width, across);
        Between[] rows = Centres(height, down);
        for (int y = 0; y < height; y++)
        {
            float[][] upper = mappings[rows[y].First], lower = mappings[rows[y].Second];
            float below = rows[y].Weight;
            for (int x = 0; x < width; x++)
            {
                Between at = columns[x];
                ushort value = display[(y * width) + x];
                float top = Mix(Map(upper[at.First], value), Map(upper[at.Second], value), at.Weight);
                float bottom = Mix(Map(lower[at.First], value), Map(lower[at.Second], value), at.Weight);
                display[(y * width) + x] = (ushort)((Mix(top, bottom, below) * ushort.MaxValue) + 0.5f);
            }
        }
    }

    /// <summary>Cumulative share of the tile's clipped histogram at every bin border, from 0 to 1.</summary>
    private static float[] Mapping(ushort[] display, int width, int left, int right, int top, int bottom)
    {
        var histogram = new double[Bins];
        for (int y = top; y < bottom; y++)
        {
            foreach (ushort value in display.AsSpan((y * width) + left, right - left))
            {
                histogram[value / LevelsPerBin]++;
            }
        }

        double area = (double)(right - left) * (bottom - top), limit = Math.Max(1, ClipLimit * area / Bins);
        double excess = histogram.Sum(count => Math.Max(0, count - limit)) / Bins, seen = 0;
        var mapping = new float[Bins + 1];
        for (int bin = 0; bin < Bins; bin++)
        {
            seen += Math.Min(histogram[bin], limit) + excess;
            mapping[bin + 1] = (float)Math.Min(1, seen / area);
        }

        return mapping;
    }

    private static float Map(float[] mapping, ushort value)
    {
        int bin = value / LevelsPerBin;
        return Mix(mapping[bin], mapping[bin + 1], value % LevelsPerBin / (float)(LevelsPerBin - 1));
    }

    private static float Mix(float first, float second, float weight) => first + ((second - first) * weight);

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

    private readonly record struct Between(int First, int Second, float Weight);
}
