using OpenCvSharp;

namespace VinCxr.Data.Imaging.Transforms;

/// <summary>
/// Finds the lung fields of a frontal chest radiograph by their darkness. A small copy, blurred and freed from slow changes of exposure,
/// is cut at many levels; at each, compact dark areas that hardly touch the border are candidates, and two that lie side by side and
/// resemble each other in height and area are a pair. The largest pair over all levels wins. Deterministic.
/// </summary>
internal static class LungFinder
{
    private const int Side = 256;
    private const double BlurSigma = 3;
    private const double SurroundingsSigma = 20;
    private const int LevelsTried = 32;
    private const int MostAreas = 4;

    /// <summary>The smallest rectangle around both lung fields, or null where no pair looks like lungs.</summary>
    public static PixelRegion? Find(WorkingImage image)
    {
        using Mat small = Shrink(image);
        LungPair? best = null;
        for (int level = 1; level < LevelsTried; level++)
        {
            foreach (LungPair pair in LungPair.Among(DarkAreas(small, level * 256 / LevelsTried), small.Size()))
            {
                best = best is null || pair.Score > best.Score ? pair : best;
            }
        }

        return best is null ? null : Enlarge(best.Bounds, small.Size(), image);
    }

    /// <summary>
    /// 8 bits, longest side <see cref="Side"/>: darkness against the surroundings, which evens out the exposure, equalised so that the
    /// levels tried hold equal shares of the pixels.
    /// </summary>
    private static Mat Shrink(WorkingImage image)
    {
        double scale = Math.Min(1, Side / (double)Math.Max(image.Width, image.Height));
        var size = new Size(Math.Max(1, Math.Round(image.Width * scale)), Math.Max(1, Math.Round(image.Height * scale)));
        using Mat full = Mat.FromPixelData(image.Height, image.Width, MatType.CV_16UC1, image.ToDisplay());
        using Mat small = new(), smooth = new(), surroundings = new();
        Cv2.Resize(full, small, size, 0, 0, InterpolationFlags.Area);
        small.ConvertTo(smooth, MatType.CV_32F);
        Cv2.GaussianBlur(smooth, smooth, new Size(0, 0), BlurSigma);
        Cv2.GaussianBlur(smooth, surroundings, new Size(0, 0), SurroundingsSigma, SurroundingsSigma, BorderTypes.Replicate);
        Cv2.Subtract(smooth, surroundings, smooth);
        var bytes = new Mat();
        Cv2.Normalize(smooth, bytes, 0, 255, NormTypes.MinMax, MatType.CV_8U);
        Cv2.EqualizeHist(bytes, bytes);
        return bytes;
    }

    private static List<DarkArea> DarkAreas(Mat small, int below)
    {
        using var mask = new Mat();
        Cv2.Threshold(small, mask, below, 255, ThresholdTypes.BinaryInv);
        Cv2.FindContours(mask, out Point[][] contours, out _, RetrievalModes.External, ContourApproximationModes.ApproxNone);
        return [.. contours.Select(c => DarkArea.Of(c, small.Size())).OfType<DarkArea>().OrderByDescending(a => a.Area).Take(MostAreas)];
    }

    private static PixelRegion Enlarge(Rect found, Size small, WorkingImage image)
    {
        double x = image.Width / (double)small.Width, y = image.Height / (double)small.Height;
        int left = (int)(found.Left * x), top = (int)(found.Top * y);
        int right = Math.Min(image.Width, (int)Math.Ceiling(found.Right * x)), bottom = Math.Min(image.Height, (int)Math.Ceiling(found.Bottom * y));
        return new PixelRegion(left, top, right - left, bottom - top);
    }
}
