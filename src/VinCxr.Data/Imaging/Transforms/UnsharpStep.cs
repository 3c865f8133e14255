using OpenCvSharp;

namespace VinCxr.Data.Imaging.Transforms;

/// <summary>
/// <c>unsharp</c>: min-max, then level + amount * (level - blurred level), clipped; the blur is a Gaussian, mirrored at the edges
/// without repeating the edge pixel.
/// </summary>
/// <param name="Sigma">Pixels of the image as it is at this step, before the reduction.</param>
/// <param name="Amount">1 adds the difference once.</param>
internal sealed record UnsharpStep(double Sigma, double Amount) : ITransformStep
{
    public void Apply(WorkingImage image)
    {
        MinMaxStep.Stretch(image);
        ushort[] display = image.ToDisplay();
        using Mat source = Mat.FromPixelData(image.Height, image.Width, MatType.CV_16UC1, display);
        using Mat blurred = new();
        Cv2.GaussianBlur(source, blurred, new Size(0, 0), Sigma, Sigma, BorderTypes.Reflect101);
        Cv2.AddWeighted(source, 1 + Amount, blurred, -Amount, 0, source);
        image.Replace(display);
    }
}
