using OpenCvSharp;
using VinCxr.Core.Detection;

namespace VinCxr.Training.Loading;

/// <param name="ClassIndex">Position in <see cref="Core.Annotations.ClassList.Findings"/>.</param>
/// <param name="Box">In pixels of the sample, continuous coordinates.</param>
public readonly record struct SampleBox(int ClassIndex, Box Box)
{
    public SampleBox Moved(double x, double y) =>
        this with { Box = new Box(Box.XMin + x, Box.YMin + y, Box.XMax + x, Box.YMax + y) };
}

/// <summary>One image on its way to the network: grey float pixels in [0, 1] and the boxes on them. Owns its pixels.</summary>
public sealed class Sample(Mat pixels, List<SampleBox> boxes) : IDisposable
{
    /// <summary>A cut-off box stays only if it keeps this share of its area...</summary>
    public const double MinVisible = 0.2;

    /// <summary>...and sides of at least this many pixels.</summary>
    public const double MinSide = 2;

    /// <summary><c>CV_32FC1</c>, rows x columns.</summary>
    public Mat Pixels { get; } = pixels;

    public List<SampleBox> Boxes { get; } = boxes;

    public int Width => Pixels.Cols;

    public int Height => Pixels.Rows;

    /// <summary>Clips every box to the image; drops those that lose too much of their area or become too small to learn from.</summary>
    public void ClipBoxes()
    {
        int kept = 0;
        for (int i = 0; i < Boxes.Count; i++)
        {
            SampleBox item = Boxes[i];
            Box box = item.Box;
            var clipped = new Box(
                Math.Clamp(box.XMin, 0, Width), Math.Clamp(box.YMin, 0, Height), Math.Clamp(box.XMax, 0, Width), Math.Clamp(box.YMax, 0, Height));
            if (clipped.Width >= MinSide && clipped.Height >= MinSide && clipped.Area >= MinVisible * box.Area)
            {
                Boxes[kept++] = item with { Box = clipped };
            }
        }

        Boxes.RemoveRange(kept, Boxes.Count - kept);
    }

    public void Dispose() => Pixels.Dispose();
}
