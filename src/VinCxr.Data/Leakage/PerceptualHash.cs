using OpenCvSharp;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Leakage;

/// <summary>64-bit hashes of how an image looks: copies that were resized, windowed or compressed differ in few bits.</summary>
internal static class PerceptualHash
{
    private const int DctSize = 32;
    private const int Kept = 8;

    /// <summary>
    /// pHash (Zauner 2010): the image as 32 x 32 means, its two-dimensional DCT-II, of that the 8 x 8 lowest frequencies without row
    /// and column 0; a bit is set where the coefficient is above the median of the 64. Bit 0 is the lowest frequency, row by row.
    /// </summary>
    public static ulong Dct(Plane plane)
    {
        float[,] means = Means(plane, DctSize, DctSize);
        var coefficients = new double[Kept * Kept];
        for (int u = 0; u < Kept; u++)
        {
            for (int v = 0; v < Kept; v++)
            {
                double sum = 0;
                for (int y = 0; y < DctSize; y++)
                {
                    for (int x = 0; x < DctSize; x++)
                    {
                        sum += means[y, x] * Cosines[u + 1, y] * Cosines[v + 1, x];
                    }
                }

                coefficients[(u * Kept) + v] = sum;
            }
        }

        double[] sorted = [.. coefficients.Order()];
        double median = (sorted[31] + sorted[32]) / 2;
        return Bits(coefficients.Length, i => coefficients[i] > median);
    }

    /// <summary>dHash: the image as 9 x 8 means; a bit is set where a mean is larger than its right neighbour. Row by row from the top left.</summary>
    public static ulong Difference(Plane plane)
    {
        float[,] means = Means(plane, Kept + 1, Kept);
        return Bits(Kept * Kept, i => means[i / Kept, i % Kept] > means[i / Kept, (i % Kept) + 1]);
    }

    /// <summary>The image as <paramref name="size"/> x <paramref name="size"/> means, whatever its shape, rounded to 0..255.</summary>
    public static byte[] Thumbnail(Plane plane, int size)
    {
        float[,] means = Means(plane, size, size);
        var thumbnail = new byte[size * size];
        for (int i = 0; i < thumbnail.Length; i++)
        {
            thumbnail[i] = (byte)Math.Clamp(means[i / size, i % size] + 0.5f, 0, byte.MaxValue);
        }

        return thumbnail;
    }

    private static readonly double[,] Cosines = MakeCosines();

    private static double[,] MakeCosines()
    {
        var cosines = new double[Kept + 1, DctSize];
        for (int frequency = 0; frequency <= Kept; frequency++)
        {
            for (int at = 0; at < DctSize; at++)
            {
                cosines[frequency, at] = Math.Cos((2 * at + 1) * frequency * Math.PI / (2 * DctSize));
            }
        }

        return cosines;
    }

    /// <summary>Area averages on the scale 0..255, row by row.</summary>
    private static float[,] Means(Plane plane, int width, int height)
    {
        using Mat pixels = Mat.FromPixelData(plane.Height, plane.Width, plane.Bits == 8 ? MatType.CV_8UC1 : MatType.CV_16UC1, plane.Bytes);
        using var real = new Mat();
        pixels.ConvertTo(real, MatType.CV_32FC1, plane.Bits == 8 ? 1 : 1 / 257.0);
        using Mat small = real.Resize(new Size(width, height), 0, 0, InterpolationFlags.Area);
        small.GetRectangularArray(out float[,] means);
        return means;
    }

    private static ulong Bits(int count, Func<int, bool> isSet)
    {
        ulong bits = 0;
        for (int i = 0; i < count; i++)
        {
            bits |= isSet(i) ? 1UL << i : 0;
        }

        return bits;
    }
}
