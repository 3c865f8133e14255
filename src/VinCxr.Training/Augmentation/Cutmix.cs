using OpenCvSharp;
using VinCxr.Core.Detection;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Augmentation;

/// <summary>
/// Replaces a random rectangle by the same rectangle of another image (Yun et al. 2019). Boxes of the image that are mostly covered
/// go; boxes of the other image are clipped to the rectangle.
/// </summary>
public sealed class Cutmix(int size, double probability) : IAugmentation
{
    /// <summary>A partly covered box stays if at least this share of it is still seen.</summary>
    public const double MinUncovered = 0.5;

    public Sample Apply(Sample sample, Random random, Func<Sample> drawOther)
    {
        if (random.NextDouble() >= probability)
        {
            return sample;
        }

        using Sample other = Letterbox.Pad(drawOther(), size);
        int width = random.Next(size / 4, size * 3 / 4 + 1), height = random.Next(size / 4, size * 3 / 4 + 1);
        var cut = new Rect(random.Next(size - width + 1), random.Next(size - height + 1), width, height);
        using (Mat from = other.Pixels[cut])
        using (Mat to = sample.Pixels[cut])
        {
            from.CopyTo(to);
        }

        sample.Boxes.RemoveAll(b => Overlap(b.Box, cut).Area > (1 - MinUncovered) * b.Box.Area);
        foreach (SampleBox item in other.Boxes)
        {
            Box visible = Overlap(item.Box, cut);
            if (visible.Width >= Sample.MinSide && visible.Height >= Sample.MinSide && visible.Area >= Sample.MinVisible * item.Box.Area)
            {
                sample.Boxes.Add(item with { Box = visible });
            }
        }

        return sample;
    }

    private static Box Overlap(in Box box, Rect cut) => new(
        Math.Max(box.XMin, cut.Left), Math.Max(box.YMin, cut.Top), Math.Min(box.XMax, cut.Right), Math.Min(box.YMax, cut.Bottom));
}
