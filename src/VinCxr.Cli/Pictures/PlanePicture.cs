using OpenCvSharp;
using VinCxr.Cli.Files;
using VinCxr.Data.Imaging;

namespace VinCxr.Cli.Pictures;

/// <summary>Grey planes as OpenCV matrices and PNG files.</summary>
internal static class PlanePicture
{
    public static async Task WriteAsync(string path, Plane plane, CancellationToken cancellationToken = default)
    {
        using Mat mat = ToMat(plane);
        await AtomicFile.WriteBytesAsync(path, mat.ToBytes(".png"), cancellationToken);
    }

    /// <summary>A one-channel copy, 8 or 16 bits as the plane.</summary>
    public static Mat ToMat(Plane plane)
    {
        MatType type = plane.Bits == 16 ? MatType.CV_16UC1 : MatType.CV_8UC1;
        using Mat view = Mat.FromPixelData(plane.Height, plane.Width, type, plane.Bytes);
        return view.Clone();
    }
}
