using VinCxr.Core;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;

namespace VinCxr.Training.Loading;

/// <summary>Planes held in memory, for a handful of images that are predicted without shards.</summary>
public sealed class MemoryImageSource : IImageSource
{
    private readonly Dictionary<string, (PreparedImage Image, byte[] Pixels)> _images = new(StringComparer.Ordinal);

    /// <param name="originalWidth">Columns of the image the plane was made from, for mapping boxes.</param>
    public void Add(string imageId, Plane plane, int originalWidth, int originalHeight) => _images[imageId] =
        (new PreparedImage(imageId, plane.Width, plane.Height, plane.Bits, originalWidth, originalHeight)
        {
            Region = plane.Region ?? PixelRegion.Whole(originalWidth, originalHeight),
        }, plane.Bytes);

    public PreparedImage Describe(string imageId) => Find(imageId).Image;

    public PlanePixels Pixels(string imageId) => new(Find(imageId).Pixels);

    private (PreparedImage Image, byte[] Pixels) Find(string imageId) => _images.TryGetValue(imageId, out var found)
        ? found
        : throw new NotFoundException($"image '{imageId}' is not among the {_images.Count} loaded images");
}
