using VinCxr.Data.Imaging;
using ZstdSharp;

namespace VinCxr.Data.Formats;

/// <summary>One way to keep a displayed image.</summary>
/// <param name="Bits">Bits of the plane that is encoded.</param>
internal sealed record PlaneFormat(string Name, int Bits, Func<Plane, byte[]> Encode, Func<byte[], Plane, Plane> Decode)
{
    private const int ZstdLevel = 3;

    /// <summary>All formats of the study but the DICOM files themselves.</summary>
    /// <param name="jpegQualities">libjpeg qualities, 1 to 100.</param>
    public static IReadOnlyList<PlaneFormat> All(IEnumerable<int> jpegQualities) =>
    [
        new("png-16", 16, PlaneCodec.EncodePng, (bytes, _) => PlaneCodec.DecodePng(bytes)),
        new("png-8", 8, PlaneCodec.EncodePng, (bytes, _) => PlaneCodec.DecodePng(bytes)),
        .. jpegQualities.Select(quality => new PlaneFormat($"jpeg-{quality}", 8, plane => PlaneJpeg.Encode(plane, quality), (bytes, _) => PlaneJpeg.Decode(bytes))),
        new("raw-16", 16, plane => plane.Bytes, (bytes, like) => like with { Bytes = [.. bytes] }),
        new("raw-8", 8, plane => plane.Bytes, (bytes, like) => like with { Bytes = [.. bytes] }),
        new("zstd-16", 16, Compress, Decompress),
        new("zstd-8", 8, Compress, Decompress),
    ];

    private static byte[] Compress(Plane plane)
    {
        using var compressor = new Compressor(ZstdLevel);
        return compressor.Wrap(plane.Bytes).ToArray();
    }

    private static Plane Decompress(byte[] bytes, Plane like)
    {
        using var decompressor = new Decompressor();
        return like with { Bytes = decompressor.Unwrap(bytes).ToArray() };
    }
}
