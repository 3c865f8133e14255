using OpenCvSharp;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Sharding.Codecs;

/// <summary>An image file format of OpenCV: PNG (8 and 16 bits, lossless) or JPEG (8 bits, lossy).</summary>
/// <param name="extension">Format by file extension, such as <c>.png</c>.</param>
internal sealed class ImageShardCodec(string extension, params ImageEncodingParam[] settings) : IShardCodec
{
    public byte[] Encode(Plane plane)
    {
        using Mat image = Mat.FromPixelData(plane.Height, plane.Width, TypeOf(plane.Bits), plane.Bytes);
        return OpenCvCodec.Encode(image, extension, settings);
    }

    public bool TryDecode(ReadOnlySpan<byte> stored, int width, int height, int bits, Span<byte> pixels)
    {
        try
        {
            using Mat image = OpenCvCodec.Decode(stored);
            if (image.Empty() || image.Type() != TypeOf(bits) || image.Cols != width || image.Rows != height || !image.IsContinuous())
            {
                return false;
            }

            image.AsBytes().CopyTo(pixels);
            return true;
        }
        catch (OpenCVException)
        {
            return false;
        }
    }

    private static MatType TypeOf(int bits) => bits == 8 ? MatType.CV_8UC1 : MatType.CV_16UC1;
}

internal static class MatBytes
{
    /// <summary>All bytes of a continuous matrix; valid while it lives.</summary>
    public static unsafe ReadOnlySpan<byte> AsBytes(this Mat image) => new(image.DataPointer, checked((int)(image.Total() * image.ElemSize())));
}
