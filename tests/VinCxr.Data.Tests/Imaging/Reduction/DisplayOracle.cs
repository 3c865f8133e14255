using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Imaging.Reduction;

/// <summary>The standard's formulas written out pixel by pixel in 64-bit floats: what a prepared plane has to be before it is rounded.</summary>
internal static class DisplayOracle
{
    /// <summary>Mean level in [0, 1] of every output pixel, for linear windows and the transforms <c>none</c> and <c>minmax</c>.</summary>
    public static double[] Means(DicomHeader header, int[] stored, PreprocessSpec spec, int width, int height)
    {
        double[] levels = Array.ConvertAll(stored, value => Level(header, value, spec.Window == "voi"));
        if (spec.Transform == "minmax")
        {
            (double low, double high) = (levels.Min(), levels.Max());
            levels = Array.ConvertAll(levels, level => high > low ? (level - low) / (high - low) : 0);
        }

        double[] columns = Weights(header.Columns, width), rows = Weights(header.Rows, height);
        var means = new double[width * height];
        for (int y = 0; y < header.Rows; y++)
        {
            for (int x = 0; x < header.Columns; x++)
            {
                foreach (int v in Cells(y, header.Rows, height))
                {
                    foreach (int u in Cells(x, header.Columns, width))
                    {
                        means[(v * width) + u] += levels[(y * header.Columns) + x] * rows[(y * height) + v] * columns[(x * width) + u];
                    }
                }
            }
        }

        return means;
    }

    /// <summary>The sample as it lies in the file: shifted, with the unused bits set to noise.</summary>
    public static ushort Pack(DicomHeader header, int stored, int noise)
    {
        int shift = header.HighBit + 1 - header.BitsStored, mask = ((1 << header.BitsStored) - 1) << shift;
        return (ushort)((((stored << shift) & mask) | (noise & ~mask)) & ((1 << header.BitsAllocated) - 1));
    }

    private static double Level(DicomHeader header, int stored, bool useWindow)
    {
        double value = (stored * header.RescaleSlope) + header.RescaleIntercept;
        double level = useWindow && header.Windows.Count > 0 ? Windowed(header, value) : OfFullRange(header, value);
        return header.Photometric == "MONOCHROME1" ? 1 - level : level;
    }

    private static double Windowed(DicomHeader header, double value)
    {
        (double c, double w) = header.Windows[0];
        return header.VoiFunction == "LINEAR_EXACT"
            ? value <= c - (w / 2) ? 0 : value > c + (w / 2) ? 1 : ((value - c) / w) + 0.5
            : value <= c - 0.5 - ((w - 1) / 2) ? 0 : value > c - 0.5 + ((w - 1) / 2) ? 1 : ((value - (c - 0.5)) / (w - 1)) + 0.5;
    }

    private static double OfFullRange(DicomHeader header, double value)
    {
        int lowest = header.Signed ? -(1 << (header.BitsStored - 1)) : 0, highest = lowest + (1 << header.BitsStored) - 1;
        double a = (lowest * header.RescaleSlope) + header.RescaleIntercept, b = (highest * header.RescaleSlope) + header.RescaleIntercept;
        return (value - Math.Min(a, b)) / Math.Abs(b - a);
    }

    private static IEnumerable<int> Cells(int source, int size, int target) =>
        Enumerable.Range(0, target).Where(cell => Overlap(source, cell, size, target) > 0);

    private static double[] Weights(int size, int target) =>
        [.. from source in Enumerable.Range(0, size) from cell in Enumerable.Range(0, target) select Overlap(source, cell, size, target)];

    /// <summary>Share of an output cell that a source cell covers.</summary>
    private static double Overlap(int source, int cell, int size, int target)
    {
        long start = Math.Max((long)source * target, (long)cell * size), end = Math.Min((source + 1L) * target, (cell + 1L) * size);
        return Math.Max(0, end - start) / (double)size;
    }
}
