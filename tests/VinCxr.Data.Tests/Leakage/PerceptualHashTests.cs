using System.Numerics;
using VinCxr.Data.Leakage;
using Plane = VinCxr.Data.Imaging.Plane;

namespace VinCxr.Data.Tests.Leakage;

public sealed class PerceptualHashTests
{
    [Fact]
    public void The_dct_hash_follows_its_definition()
    {
        // 32 x 32, so that no reduction stands between the picture and the transform.
        Plane plane = Picture(32, 32, seed: 4);
        double[] coefficients = [.. from u in Enumerable.Range(1, 8) from v in Enumerable.Range(1, 8) select Dct(plane, u, v)];
        double median = coefficients.Order().Skip(31).Take(2).Average();

        ulong hash = PerceptualHash.Dct(plane);

        Assert.Equal([.. coefficients.Select(c => c > median)], Enumerable.Range(0, 64).Select(i => ((hash >> i) & 1) == 1));
        Assert.Equal(32, BitOperations.PopCount(hash));
    }

    [Fact]
    public void The_difference_hash_follows_its_definition()
    {
        Plane plane = Picture(9, 8, seed: 2);
        ulong hash = PerceptualHash.Difference(plane);
        for (int i = 0; i < 64; i++)
        {
            int left = plane.Bytes[(i / 8 * 9) + (i % 8)], right = plane.Bytes[(i / 8 * 9) + (i % 8) + 1];
            Assert.Equal(left > right, ((hash >> i) & 1) == 1);
        }
    }

    [Fact]
    public void Sixteen_bits_hash_as_eight_do()
    {
        Plane eight = Picture(160, 192, seed: 9);
        var wide = new byte[eight.Bytes.Length * 2];
        for (int i = 0; i < eight.Bytes.Length; i++)
        {
            wide[2 * i] = wide[(2 * i) + 1] = eight.Bytes[i];
        }

        ImageSignature a = ImageSignature.Of("a", eight), b = ImageSignature.Of("b", new Plane(160, 192, 16, wide));
        Assert.Equal((a.DctHash, a.DifferenceHash), (b.DctHash, b.DifferenceHash));
        Assert.Equal(a.Thumbnail, b.Thumbnail);
        Assert.Equal(1, a.CorrelationWith(b), 12);
    }

    [Fact]
    public void Correlation_ignores_gain_and_offset_and_knows_the_negative()
    {
        byte[] dark = [.. Enumerable.Range(0, 1024).Select(i => (byte)(10 + (i * 37 % 101)))];
        var a = new ImageSignature("a", 0, 0, dark);
        Assert.Equal(1, a.CorrelationWith(new("b", 0, 0, [.. dark.Select(v => (byte)((v * 2) + 20))])), 12);
        Assert.Equal(-1, a.CorrelationWith(new("c", 0, 0, [.. dark.Select(v => (byte)(255 - v))])), 12);
        var flat = new ImageSignature("d", 0, 0, new byte[1024]);
        Assert.Equal((1, 0), (flat.CorrelationWith(flat), flat.CorrelationWith(a)));
    }

    internal static Plane Picture(int width, int height, int seed)
    {
        // Smooth with some noise, as radiographs are.
        var random = new Random(seed);
        (double fx, double fy, double phase) = (1 + (random.NextDouble() * 3), 1 + (random.NextDouble() * 3), random.NextDouble() * 6);
        var bytes = new byte[width * height];
        for (int i = 0; i < bytes.Length; i++)
        {
            double x = (double)(i % width) / width, y = (double)(i / width) / height;
            bytes[i] = (byte)(128 + (60 * Math.Sin((fx * x * 6) + phase)) + (50 * Math.Cos(fy * y * 6)) + (random.NextDouble() * 10));
        }

        return new Plane(width, height, 8, bytes);
    }

    private static double Dct(Plane plane, int u, int v)
    {
        double sum = 0;
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 32; x++)
            {
                sum += plane.Bytes[(y * 32) + x] * Math.Cos(Math.PI / 32 * (y + 0.5) * u) * Math.Cos(Math.PI / 32 * (x + 0.5) * v);
            }
        }

        return sum;
    }
}
