using OpenCvSharp;
using VinCxr.Core.Detection;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;

namespace VinCxr.Training.Loading;

/// <summary>
/// Maps an image into the square network input: scaled so that its longest side fills the square, centred, the rest padded with
/// <see cref="Grey"/>. Scales are per axis because the scaled sides are whole pixels.
/// </summary>
/// <param name="Size">Side of the square, pixels.</param>
/// <param name="Width">Scaled width, 1..Size pixels.</param>
/// <param name="Height">Scaled height, 1..Size pixels.</param>
/// <param name="Region">The part of the original image that is scaled.</param>
public readonly record struct Letterbox(int Size, int Width, int Height, PixelRegion Region)
{
    /// <summary>Padding value on a scale of 0..1, the 114 of 255 that YOLOv5 pads with.</summary>
    public const float Grey = 114f / 255f;

    public int Left => (Size - Width) / 2;

    public int Top => (Size - Height) / 2;

    public static Letterbox For(PreparedImage image, int size)
    {
        double scale = size / (double)Math.Max(image.Width, image.Height);
        int width = Math.Clamp((int)Math.Round(image.Width * scale), 1, size);
        int height = Math.Clamp((int)Math.Round(image.Height * scale), 1, size);
        return new Letterbox(size, width, height, image.Region);
    }

    /// <summary>Original pixels to pixels of the scaled image without its padding.</summary>
    public Box Scale(in Box box)
    {
        double x = Width / (double)Region.Width, y = Height / (double)Region.Height;
        return new Box((box.XMin - Region.X) * x, (box.YMin - Region.Y) * y, (box.XMax - Region.X) * x, (box.YMax - Region.Y) * y);
    }

    /// <summary>Network pixels back to original pixels, clipped to the region.</summary>
    public Box ToOriginal(in Box box)
    {
        Box all = ToOriginalUnclipped(box);
        (double right, double bottom) = (Region.X + Region.Width, Region.Y + Region.Height);
        return new Box(
            Math.Clamp(all.XMin, Region.X, right), Math.Clamp(all.YMin, Region.Y, bottom), Math.Clamp(all.XMax, Region.X, right), Math.Clamp(all.YMax, Region.Y, bottom));
    }

    /// <summary>Network pixels to original pixels; what lies in the padding ends up beside the region.</summary>
    public Box ToOriginalUnclipped(in Box box)
    {
        double x = Region.Width / (double)Width, y = Region.Height / (double)Height;
        return new Box(
            Region.X + ((box.XMin - Left) * x), Region.Y + ((box.YMin - Top) * y), Region.X + ((box.XMax - Left) * x), Region.Y + ((box.YMax - Top) * y));
    }

    /// <summary>Centres the scaled image in the square; the sample given is consumed.</summary>
    public static Sample Pad(Sample sample, int size)
    {
        if (sample.Width == size && sample.Height == size)
        {
            return sample;
        }

        using (sample)
        {
            int left = (size - sample.Width) / 2, top = (size - sample.Height) / 2;
            var padded = new Mat(size, size, MatType.CV_32FC1, Scalar.All(Grey));
            using (Mat inside = padded[new Rect(left, top, sample.Width, sample.Height)])
            {
                sample.Pixels.CopyTo(inside);
            }

            return new Sample(padded, [.. sample.Boxes.Select(b => b.Moved(left, top))]);
        }
    }
}
