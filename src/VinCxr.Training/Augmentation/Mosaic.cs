using OpenCvSharp;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Augmentation;

/// <summary>
/// Four images around a random centre of a canvas twice the network's size (Bochkovskiy et al. 2020, as in YOLOv5); the affine step
/// after it cuts the network's size out of the middle. Without a mosaic the image is padded to the network's square.
/// </summary>
public sealed class Mosaic(int size, double probability) : IAugmentation
{
    public Sample Apply(Sample sample, Random random, Func<Sample> drawOther)
    {
        if (random.NextDouble() >= probability)
        {
            return Letterbox.Pad(sample, size);
        }

        int centreX = random.Next(size / 2, size * 3 / 2 + 1), centreY = random.Next(size / 2, size * 3 / 2 + 1);
        var mosaic = new Sample(new Mat(2 * size, 2 * size, MatType.CV_32FC1, Scalar.All(Letterbox.Grey)), []);
        for (int quadrant = 0; quadrant < 4; quadrant++)
        {
            using Sample part = quadrant == 0 ? sample : drawOther();
            bool right = quadrant % 2 == 1, below = quadrant >= 2;
            Place(part, mosaic, right ? centreX : centreX - part.Width, below ? centreY : centreY - part.Height);
        }

        mosaic.ClipBoxes();
        return mosaic;
    }

    private static void Place(Sample part, Sample canvas, int left, int top)
    {
        var target = new Rect(left, top, part.Width, part.Height).Intersect(new Rect(0, 0, canvas.Width, canvas.Height));
        using Mat from = part.Pixels[new Rect(target.X - left, target.Y - top, target.Width, target.Height)];
        using Mat to = canvas.Pixels[target];
        from.CopyTo(to);
        canvas.Boxes.AddRange(part.Boxes.Select(b => b.Moved(left, top)));
    }
}
