using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Trials;
using VinCxr.Data.Imaging;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Tests.Loading;

/// <summary>Grey images (114, the padding's own value) with one white rectangle each, whose box is known exactly.</summary>
internal sealed class SquareImages
{
    public const byte Background = 114;

    public static readonly ClassList Classes = new([new(3, "square"), new(7, "plate"), new(9, "No finding")], 9);

    public MemoryImageSource Source { get; } = new();

    public List<LabelledImage> Images { get; } = [];

    /// <param name="bits">8 or 16.</param>
    public static SquareImages Draw(int count, int seed, int side = 64, int bits = 8, double normalShare = 0)
    {
        var random = new Random(seed);
        var result = new SquareImages();
        for (int i = 0; i < count; i++)
        {
            int width = side - random.Next(side / 4), height = side - random.Next(side / 4);
            bool isNormal = i < normalShare * count;
            int w = random.Next(side / 4, side / 2), h = random.Next(side / 4, side / 2);
            int x = random.Next(width - w), y = random.Next(height - h);
            result.Add($"image-{i}", width, height, isNormal ? null : new Box(x, y, x + w, y + h), w > h ? 7 : 3, bits);
        }

        return result;
    }

    public void Add(string id, int width, int height, Box? square, int classId, int bits = 8)
    {
        var pixels = new byte[width * height * bits / 8];
        for (int i = 0; i < width * height; i++)
        {
            double x = i % width, y = Math.Floor(i / (double)width);
            bool inside = square is { } b && x >= b.XMin && x < b.XMax && y >= b.YMin && y < b.YMax;
            byte value = inside ? (byte)255 : Background;
            pixels.AsSpan(i * bits / 8, bits / 8).Fill(value);
        }

        Source.Add(id, new Plane(width, height, bits, pixels), width, height);
        Images.Add(new LabelledImage(id, width, height, square is null, square is { } box ? [new LabelledBox(classId, box, 1)] : []));
    }
}
