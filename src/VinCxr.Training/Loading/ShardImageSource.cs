using VinCxr.Core;
using VinCxr.Data.Sharding;

namespace VinCxr.Training.Loading;

/// <summary>Images out of memory-mapped prepared shards. Does not own the reader.</summary>
public sealed class ShardImageSource(ShardReader reader) : IImageSource
{
    public PreparedImage Describe(string imageId) => reader.Images.TryGetValue(imageId, out PreparedImage image)
        ? image
        : throw new NotFoundException($"image '{imageId}' is in none of the prepared shards; prepare the data set again");

    public PlanePixels Pixels(string imageId) => reader.Pixels(imageId);
}
