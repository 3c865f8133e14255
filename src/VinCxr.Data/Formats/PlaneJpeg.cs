using OpenCvSharp;
using VinCxr.Core;
using VinCxr.Data.Imaging;

namespace VinCxr.Data.Formats;

/// <summary>Grey baseline JPEG of 8-bit planes.</summary>
internal static class PlaneJpeg
{
    /// <param name="quality">1 to 100, as libjpeg counts.</param>
    public static byte[] Encode(Plane plane, int quality)
    {
        if (plane.Bits != 8)
        {
            throw new InvalidInputException($"JPEG has 8 bits; a plane of {plane.Bits} bits cannot be written as one");
        }

        using Mat image = Mat.FromPixelData(plane.Height, plane.Width, MatType.CV_8UC1, plane.Bytes);
        return image.ToBytes(".jpg", new ImageEncodingParam(ImwriteFlags.JpegQuality, quality));
    }

    public static Plane Decode(ReadOnlySpan<byte> jpeg)
    {
        using Mat image = OpenCvCodec.Decode(jpeg);
        var bytes = new byte[image.Rows * image.Cols];
        System.Runtime.InteropServices.Marshal.Copy(image.Data, bytes, 0, bytes.Length);
        return new Plane(image.Cols, image.Rows, 8, bytes);
    }
}
