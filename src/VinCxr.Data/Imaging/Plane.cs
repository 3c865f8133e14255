namespace VinCxr.Data.Imaging;

/// <summary>A grey image in memory, row-major. 8-bit planes hold 0..255, 16-bit planes 0..65535 (little endian in <see cref="Bytes"/>).</summary>
/// <param name="Bits">8 or 16.</param>
/// <param name="Bytes">Width * Height * Bits / 8 bytes.</param>
public sealed record Plane(int Width, int Height, int Bits, byte[] Bytes)
{
    /// <summary>The part of the original image that the plane shows, where a crop cut the rest away; null for all of it.</summary>
    public PixelRegion? Region { get; init; }
}
