using System.Numerics;
using OpenCvSharp;

namespace VinCxr.Data.Synthesis.Drawing;

/// <summary>A line with a width, both in body units.</summary>
/// <param name="Intensity">0..1.</param>
internal readonly record struct Stroke(IReadOnlyList<Vector2> Points, float Width, float Intensity = 1);

/// <summary>Turns shapes in body coordinates into masks of the image's size.</summary>
internal sealed class Canvas(Pose pose)
{
    private const int SubpixelBits = 4;

    public Pose Pose { get; } = pose;

    public Layer Empty() => new(Pose.Width, Pose.Height);

    /// <summary>Mask of a closed contour.</summary>
    /// <param name="softness">Standard deviation of the edge in body units.</param>
    public Layer Fill(IReadOnlyList<Vector2> contour, float softness) =>
        FillAll([contour], softness);

    /// <summary>Mask of several closed contours that do not overlap.</summary>
    public Layer FillAll(IEnumerable<IReadOnlyList<Vector2>> contours, float softness) => Draw(softness, image =>
    {
        foreach (IReadOnlyList<Vector2> contour in contours)
        {
            Cv2.FillPoly(image, [Pixels(contour)], Scalar.White, LineTypes.AntiAlias, SubpixelBits);
        }
    });

    /// <summary>Mask of lines; where they cross the later one wins.</summary>
    /// <param name="softness">Standard deviation of the edge in body units.</param>
    public Layer Lines(IEnumerable<Stroke> strokes, float softness) => Draw(softness, image =>
    {
        foreach (Stroke stroke in strokes)
        {
            int thickness = Math.Max(1, (int)MathF.Round(stroke.Width * Pose.Scale));
            Cv2.Polylines(image, [Pixels(stroke.Points)], false, Scalar.All(255 * stroke.Intensity), thickness, LineTypes.AntiAlias, SubpixelBits);
        }
    });

    /// <summary>Smooth random field with values around 0 and a standard deviation of about 1.</summary>
    /// <param name="grain">Size of its structures in body units.</param>
    public Layer Cloud(Random random, float grain)
    {
        float cell = Math.Max(1, grain * Pose.Scale);
        int width = (int)(Pose.Width / cell) + 3, height = (int)(Pose.Height / cell) + 3;
        float[] coarse = new float[width * height];
        for (int i = 0; i < coarse.Length; i++)
        {
            coarse[i] = (float)random.Normal();
        }

        Layer cloud = Empty();
        using Mat source = Mat.FromPixelData(height, width, MatType.CV_32FC1, coarse);
        using Mat target = cloud.AsMat();
        Cv2.Resize(source, target, target.Size(), 0, 0, InterpolationFlags.Cubic);
        return cloud;
    }

    private Layer Draw(float softness, Action<Mat> draw)
    {
        Layer layer = Empty();
        using var image = new Mat(Pose.Height, Pose.Width, MatType.CV_8UC1, Scalar.Black);
        draw(image);
        using (Mat target = layer.AsMat())
        {
            image.ConvertTo(target, MatType.CV_32FC1, 1 / 255.0);
        }

        return layer.Blur(softness * Pose.Scale);
    }

    private Point[] Pixels(IReadOnlyList<Vector2> points) =>
        [.. points.Select(p => Pose.ToPixels(p) * (1 << SubpixelBits)).Select(p => new Point((int)MathF.Round(p.X), (int)MathF.Round(p.Y)))];
}
