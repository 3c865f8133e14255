using OpenCvSharp;

namespace VinCxr.Data.Imaging.Transforms;

/// <summary><c>unsharp</c>: min-max, then the difference to a Gaussian blur (sigma 3 pixels of the stored image) is added once, clipped.</summary>
internal sealed class UnsharpTransform : IImageTransform
{
    private const double Sigma = 3;

    public string Name => "unsharp";

    public bool IsSpatial => true;

    public void Adjust(float[] levels, StoredPixels pixels) => MinMaxTransform.Stretch(levels, pixels);

    public void Filter(ushort[] display, int width, int height)
    {
        using Mat source = Mat.FromPixelData(height, width, MatType.CV_16UC1, display);
        using Mat blurred = new();
        Cv2.GaussianBlur(source, blurred, new Size(0, 0), Sigma, Sigma, BorderTypes.Reflect101);
        blurred.GetArray(out ushort[] smooth);
        for (int i = 0; i < display.Length; i++)
        {
            display[i] = (ushort)Math.Clamp((2 * display[i]) - smooth[i], 0, ushort.MaxValue);
        }
    }
}
