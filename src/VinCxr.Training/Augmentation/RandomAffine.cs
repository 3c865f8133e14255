using OpenCvSharp;
using VinCxr.Core.Detection;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Augmentation;

/// <summary>Random rotation, scale and shift about the image centre; the result has the network's size whatever the input's.</summary>
/// <param name="size">Side of the result, pixels.</param>
/// <param name="degrees">Rotation, ± degrees.</param>
/// <param name="scale">Scale factor drawn from 1 ± this.</param>
/// <param name="translate">Shift, ± fraction of the side.</param>
public sealed class RandomAffine(int size, double degrees, double scale, double translate) : IAugmentation
{
    public Sample Apply(Sample sample, Random random, Func<Sample> drawOther)
    {
        double angle = Between(random, -degrees, degrees) * Math.PI / 180;
        double factor = Between(random, Math.Max(0.1, 1 - scale), 1 + scale);
        double shiftX = Between(random, -translate, translate) * size, shiftY = Between(random, -translate, translate) * size;
        bool isIdentity = angle == 0 && factor == 1 && shiftX == 0 && shiftY == 0;
        return isIdentity && sample.Width == size && sample.Height == size ? sample : Warp(sample, angle, factor, shiftX, shiftY);
    }

    /// <summary>Applies given values; the sample is consumed.</summary>
    /// <param name="angle">Radians, clockwise on the screen.</param>
    /// <param name="shiftX">Pixels.</param>
    public Sample Warp(Sample sample, double angle, double factor, double shiftX, double shiftY)
    {
        using (sample)
        {
            double cos = Math.Cos(angle) * factor, sin = Math.Sin(angle) * factor;
            double fromX = sample.Width / 2.0, fromY = sample.Height / 2.0;
            double moveX = size / 2.0 + shiftX - cos * fromX + sin * fromY, moveY = size / 2.0 + shiftY - sin * fromX - cos * fromY;

            // OpenCV puts a pixel's centre at its whole number, boxes put it half a pixel further: conjugate with that half.
            double pixelX = moveX + 0.5 * (cos - sin) - 0.5, pixelY = moveY + 0.5 * (sin + cos) - 0.5;
            using Mat matrix = Mat.FromArray(new double[,] { { cos, -sin, pixelX }, { sin, cos, pixelY } });
            var warped = new Mat();
            Cv2.WarpAffine(
                sample.Pixels, warped, matrix, new Size(size, size), InterpolationFlags.Linear, BorderTypes.Constant, Scalar.All(Letterbox.Grey));

            var result = new Sample(warped, sample.Boxes);
            for (int i = 0; i < result.Boxes.Count; i++)
            {
                result.Boxes[i] = result.Boxes[i] with { Box = Map(result.Boxes[i].Box, cos, sin, moveX, moveY) };
            }

            result.ClipBoxes();
            return result;
        }
    }

    private static Box Map(in Box box, double cos, double sin, double moveX, double moveY)
    {
        double centreX = (box.XMin + box.XMax) / 2, centreY = (box.YMin + box.YMax) / 2;
        double x = cos * centreX - sin * centreY + moveX, y = sin * centreX + cos * centreY + moveY;
        double halfWidth = (Math.Abs(cos) * box.Width + Math.Abs(sin) * box.Height) / 2;
        double halfHeight = (Math.Abs(sin) * box.Width + Math.Abs(cos) * box.Height) / 2;
        return new Box(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
    }

    private static double Between(Random random, double low, double high) => low + (high - low) * random.NextDouble();
}
