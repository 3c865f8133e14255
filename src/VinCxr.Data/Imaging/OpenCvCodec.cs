using OpenCvSharp;

namespace VinCxr.Data.Imaging;

/// <summary>OpenCV's image decoders and encoders, kept from writing to the standard error stream: trouble becomes an exception or an empty image.</summary>
internal static class OpenCvCodec
{
    private static readonly LogLevel Quiet = SetQuiet();

    /// <returns>The image as stored (depth and channels unchanged); empty when the bytes are no image. The caller disposes it.</returns>
    /// <exception cref="OpenCVException">Damaged bytes.</exception>
    public static Mat Decode(ReadOnlySpan<byte> bytes)
    {
        _ = Quiet;
        return Cv2.ImDecode(bytes, ImreadModes.Unchanged);
    }

    /// <param name="extension">Format by file extension, such as <c>.png</c>.</param>
    public static byte[] Encode(Mat image, string extension, params ImageEncodingParam[] settings)
    {
        _ = Quiet;
        Cv2.ImEncode(extension, image, out byte[] bytes, settings);
        return bytes;
    }

    private static LogLevel SetQuiet()
    {
        Cv2.SetLogLevel(LogLevel.SILENT);
        return LogLevel.SILENT;
    }
}
