using System.Numerics;
using System.Runtime.InteropServices;

namespace VinCxr.Data.Formats;

/// <summary>How far an image differs from the one it was made from; both as 16-bit values, row by row.</summary>
public static class ImageSimilarity
{
    /// <summary>Side of the SSIM window.</summary>
    public const int Window = 11;

    private const double Sigma = 1.5, K1 = 0.01, K2 = 0.03;
    private static readonly double[] Weights = MakeWeights();

    /// <summary>Peak signal-to-noise ratio in dB with a peak of 65535; infinite for equal images.</summary>
    /// <exception cref="ArgumentException">Images of different sizes.</exception>
    public static double Psnr(ReadOnlySpan<ushort> reference, ReadOnlySpan<ushort> other)
    {
        CheckLengths(reference.Length, other.Length);
        double squares = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            double difference = reference[i] - other[i];
            squares += difference * difference;
        }

        return squares == 0 ? double.PositiveInfinity : 10 * Math.Log10((double)ushort.MaxValue * ushort.MaxValue * reference.Length / squares);
    }

    /// <summary>
    /// Mean structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004): Gaussian window of 11 x 11 with sigma 1.5, K1 = 0.01, K2 = 0.03, the
    /// mean over all places where the window fits. 1 for equal images. Rows stream through a ring of eleven, so that memory does not grow with the height.
    /// </summary>
    /// <exception cref="ArgumentException">Images of different sizes, or smaller than the window.</exception>
    public static double Ssim(ReadOnlySpan<ushort> reference, ReadOnlySpan<ushort> other, int width, int height)
    {
        CheckLengths(reference.Length, other.Length);
        if (width < Window || height < Window || reference.Length != width * height)
        {
            throw new ArgumentException($"an image of {width} x {height} pixels ({reference.Length} values) is smaller than the window of {Window} x {Window} or not whole");
        }

        const int Maps = 5;
        int columns = width - Window + 1;
        var ring = new double[Window][][];
        for (int row = 0; row < Window; row++)
        {
            ring[row] = [.. Enumerable.Range(0, Maps).Select(_ => new double[columns])];
        }

        double[][] line = [.. Enumerable.Range(0, Maps).Select(_ => new double[width])], sums = [.. Enumerable.Range(0, Maps).Select(_ => new double[columns])];
        double total = 0;
        for (int y = 0; y < height; y++)
        {
            Expand(reference.Slice(y * width, width), other.Slice(y * width, width), line);
            for (int map = 0; map < Maps; map++)
            {
                double[] blurred = ring[y % Window][map];
                Array.Clear(blurred);
                for (int k = 0; k < Window; k++)
                {
                    AddScaled(blurred, line[map].AsSpan(k, columns), Weights[k]);
                }
            }

            if (y >= Window - 1)
            {
                for (int map = 0; map < Maps; map++)
                {
                    Array.Clear(sums[map]);
                    for (int k = 0; k < Window; k++)
                    {
                        AddScaled(sums[map], ring[(y + 1 + k) % Window][map], Weights[k]);
                    }
                }

                total += SumOfLine(sums, columns);
            }
        }

        return total / ((double)columns * (height - Window + 1));
    }

    /// <summary>Values in [0, 1], their squares and their product.</summary>
    private static void Expand(ReadOnlySpan<ushort> a, ReadOnlySpan<ushort> b, double[][] line)
    {
        for (int x = 0; x < a.Length; x++)
        {
            double first = a[x] / (double)ushort.MaxValue, second = b[x] / (double)ushort.MaxValue;
            line[0][x] = first;
            line[1][x] = second;
            line[2][x] = first * first;
            line[3][x] = second * second;
            line[4][x] = first * second;
        }
    }

    private static double SumOfLine(double[][] sums, int columns)
    {
        const double C1 = K1 * K1, C2 = K2 * K2;
        double total = 0;
        for (int x = 0; x < columns; x++)
        {
            double a = sums[0][x], b = sums[1][x];
            double varianceA = sums[2][x] - (a * a), varianceB = sums[3][x] - (b * b), covariance = sums[4][x] - (a * b);
            total += ((2 * a * b) + C1) * ((2 * covariance) + C2) / (((a * a) + (b * b) + C1) * (varianceA + varianceB + C2));
        }

        return total;
    }

    private static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double weight)
    {
        Span<Vector<double>> wideTarget = MemoryMarshal.Cast<double, Vector<double>>(target);
        ReadOnlySpan<Vector<double>> wideSource = MemoryMarshal.Cast<double, Vector<double>>(source);
        for (int i = 0; i < wideTarget.Length; i++)
        {
            wideTarget[i] += wideSource[i] * weight;
        }

        for (int i = wideTarget.Length * Vector<double>.Count; i < target.Length; i++)
        {
            target[i] += source[i] * weight;
        }
    }

    private static double[] MakeWeights()
    {
        double[] weights = [.. Enumerable.Range(0, Window).Select(i => Math.Exp(-Math.Pow(i - (Window / 2), 2) / (2 * Sigma * Sigma)))];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }

    private static void CheckLengths(int reference, int other)
    {
        if (reference != other)
        {
            throw new ArgumentException($"images of {reference} and {other} pixels cannot be compared");
        }
    }
}
