using OpenCvSharp;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Dicom;

namespace VinCxr.Data.Tests.Imaging.Transforms;

/// <summary>Equalisation, of the whole and of tiles, against brute force and against OpenCV on values of 8 bits.</summary>
public class EqualizationTests
{
    private const int Side = 1024;

    [Fact]
    public void Equalize_is_OpenCvs_on_8_bits_to_the_unit()
    {
        byte[] bytes = Radiograph();
        using Mat source = Mat.FromPixelData(Side, Side, MatType.CV_8UC1, bytes);
        using var expected = new Mat();
        Cv2.EqualizeHist(source, expected);
        expected.GetArray(out byte[] theirs);

        byte[] ours = Apply("equalize", bytes);

        // One unit: OpenCV multiplies by a rounded 32-bit scale, so that halves may fall to either side.
        Assert.All(theirs.Zip(ours), pair => Assert.InRange(pair.Second - pair.First, -1, 1));
        Assert.True(theirs.Zip(ours).Count(pair => pair.First != pair.Second) < 0.01 * bytes.Length);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(4, 2)]
    [InlineData(1.5, 3)]
    public void Clahe_with_256_bins_is_near_OpenCvs_on_8_bits(double clip, int tiles)
    {
        byte[] bytes = Radiograph();
        using Mat source = Mat.FromPixelData(Side, Side, MatType.CV_8UC1, bytes);
        using var expected = new Mat();
        using (CLAHE clahe = Cv2.CreateCLAHE(clip, new Size(tiles, tiles)))
        {
            clahe.Apply(source, expected);
        }

        expected.GetArray(out byte[] theirs);
        double[] differences = [.. theirs.Zip(Apply($"clahe(clip={clip}, tiles={tiles}, bins=256)", bytes), (a, b) => (double)Math.Abs(a - b))];

        // OpenCV takes a bin's upper border where we go from its lower to its upper one, hands out what it clipped in whole pixels (at
        // most 255 of a tile's) and measures from tile corners instead of pixel centres: a unit or two, and half a unit of rounding.
        Assert.InRange(differences.Average(), 0, 1.5);
        Assert.InRange(differences.Order().ElementAt((int)(0.999 * differences.Length)), 0, 4);
    }

    [Theory]
    [InlineData("clahe", 2, 8, 4096)]
    [InlineData("clahe(clip=3, tiles=5, bins=1000)", 3, 5, 1000)]
    [InlineData("clahe(clip=0.5, tiles=1)", 0.5, 1, 4096)]
    [InlineData("clahe(tiles=64, bins=64)", 2, 64, 64)]
    public void Clahe_is_the_blend_of_the_clipped_ranks_in_the_tiles_around(string chain, double clip, int tiles, int bins)
    {
        const int width = 61, height = 47;
        var random = new Random(tiles);
        ushort[] stored = [.. Enumerable.Range(0, width * height).Select(i => (ushort)((random.Next(20000) + (i / width * 900)) & 0xFFFF))];
        (stored[0], stored[^1]) = (0, 65535);
        (int across, int down) = (Math.Min(tiles, width), Math.Min(tiles, height));
        double[] levels = WorkingImages.Apply(chain, stored, width, height).Levels;
        var histograms = new Dictionary<(int, int), double[]>();

        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double column = Math.Clamp(((x + 0.5) * across / width) - 0.5, 0, across - 1), row = Math.Clamp(((y + 0.5) * down / height) - 0.5, 0, down - 1);
                double expected = 0;
                for (int tileY = 0; tileY < down; tileY++)
                {
                    for (int tileX = 0; tileX < across; tileX++)
                    {
                        double weight = Math.Max(0, 1 - Math.Abs(tileX - column)) * Math.Max(0, 1 - Math.Abs(tileY - row));
                        expected += weight > 0 ? weight * Rank(tileX, tileY, stored[(y * width) + x]) : 0;
                    }
                }

                Assert.Equal(expected, levels[(y * width) + x], 2.0 / 65535);
            }
        }

        double Rank(int tileX, int tileY, ushort value)
        {
            if (!histograms.TryGetValue((tileX, tileY), out double[]? clipped))
            {
                ushort[] tile =
                [
                    .. from y in Enumerable.Range(0, height)
                       from x in Enumerable.Range(0, width)
                       where x >= tileX * width / across && x < (tileX + 1) * width / across && y >= tileY * height / down && y < (tileY + 1) * height / down
                       select stored[(y * width) + x],
                ];
                double limit = Math.Max(1, clip * tile.Length / bins);
                double[] counts = [.. Enumerable.Range(0, bins).Select(bin => (double)tile.Count(v => (int)Math.Floor(v * (double)bins / 65536) == bin))];
                double excess = counts.Sum(c => Math.Max(0, c - limit)) / bins;
                clipped = histograms[(tileX, tileY)] = [.. counts.Select(c => (Math.Min(c, limit) + excess) / tile.Length)];
            }

            double position = value * (double)bins / 65536;
            int own = (int)position;
            double within = (position - own) * 65536 / (65536 - bins);
            return clipped.Take(own).Sum() + (within * clipped[own]);
        }
    }

    [Fact]
    public void Clahe_raises_local_contrast_and_keeps_the_order_of_far_levels()
    {
        // Two halves of a faint gradient each: it must grow, and the halves must stay apart.
        const int side = Side / 2;
        ushort[] faint = [.. Enumerable.Range(0, side * side).Select(i => (ushort)((i % side < side / 2 ? 1000 : 3000) + (i * 31 % 97)))];
        DicomHeader header = ImagePreparationTests.Header(side, side) with { BitsStored = 12, HighBit = 11 };
        ushort[] plain = ImagePreparationTests.Prepare(faint, side, side, header, new PreprocessSpec(4096, "none", "minmax", 16));
        ushort[] clahe = ImagePreparationTests.Prepare(faint, side, side, header, new PreprocessSpec(4096, "none", "clahe", 16));
        int[] dark = [.. Enumerable.Range(0, side * side).Where(i => i % side < side / 4)];
        Assert.True(dark.Max(i => clahe[i]) - dark.Min(i => clahe[i]) > 1.5 * (dark.Max(i => plain[i]) - dark.Min(i => plain[i])));
        Assert.True(clahe[(side / 2 * side) + side - 50] > dark.Max(i => clahe[i]));
    }

    /// <summary>Values of 8 bits shown as they are: level = value / 255.</summary>
    private static byte[] Apply(string chain, byte[] bytes)
    {
        ushort[] stored = [.. bytes.Select(b => (ushort)(b * 257))];
        return [.. WorkingImages.Apply(chain, stored, Side, Side).Levels.Select(level => (byte)Math.Round(level * 255))];
    }

    /// <summary>Smooth with noise, spanning all 256 values.</summary>
    private static byte[] Radiograph()
    {
        var random = new Random(9);
        byte[] bytes =
        [
            .. Enumerable.Range(0, Side * Side).Select(i =>
                (byte)Math.Clamp(110 + (70 * Math.Sin(i % Side / 125.0)) + (50 * Math.Cos(i / Side / 180.0)) + random.Next(-12, 13), 0, 255)),
        ];
        (bytes[0], bytes[1]) = (0, 255);
        return bytes;
    }
}
