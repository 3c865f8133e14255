using OpenCvSharp;
using VinCxr.Core;

namespace VinCxr.Data.Imaging;

/// <summary>Grey PNG, 8 or 16 bits: what people look at.</summary>
public static class PlaneCodec
{
    public static byte[] EncodePng(Plane plane)
    {
        using Mat image = Mat.FromPixelData(plane.Height, plane.Width, plane.Bits == 8 ? MatType.CV_8UC1 : MatType.CV_16UC1, plane.Bytes);
        return OpenCvCodec.Encode(image, ".png");
    }

    /// <exception cref="InvalidInputException">Not a grey PNG.</exception>
    public static Plane DecodePng(ReadOnlySpan<byte> png)
    {
        using Mat image = Decode(png);
        if (image.Empty() || image.Channels() != 1 || image.Depth() is not (MatType.CV_8U or MatType.CV_16U))
        {
            throw new InvalidInputException($"{png.Length} bytes are no grey PNG of 8 or 16 bits");
        }

        int bits = image.Depth() == MatType.CV_8U ? 8 : 16;
        var bytes = new byte[image.Rows * image.Cols * (bits / 8)];
        System.Runtime.InteropServices.Marshal.Copy(image.Data, bytes, 0, bytes.Length);
        return new Plane(image.Cols, image.Rows, bits, bytes);
    }

    private static Mat Decode(ReadOnlySpan<byte> png)
    {
        try
        {
            return OpenCvCodec.Decode(png);
        }
        catch (OpenCVException e)
        {
            throw new InvalidInputException($"{png.Length} bytes are no grey PNG of 8 or 16 bits", e);
        }
    }
}
