using VinCxr.Data.Sharding;

namespace VinCxr.Training.Loading;

/// <summary>Prepared grey planes by image id; implementations are safe to read from several threads at once.</summary>
public interface IImageSource
{
    /// <summary>Sizes and bit depth of an image.</summary>
    /// <exception cref="Core.NotFoundException">The source does not hold the image.</exception>
    PreparedImage Describe(string imageId);

    /// <summary>Row-major pixels, Width * Height * Bits / 8 bytes, 16 bits little endian; valid until disposed and while the source lives.</summary>
    /// <exception cref="Core.NotFoundException">The source does not hold the image.</exception>
    PlanePixels Pixels(string imageId);
}
