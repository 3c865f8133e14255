using OpenCvSharp;
using VinCxr.Core.Detection;

namespace VinCxr.Data.Synthesis.Drawing;

/// <summary>A plane of floats the size of the image; masks hold 0..1.</summary>
internal sealed class Layer(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Row-major values.</summary>
    public float[] Values { get; } = new float[width * height];

    /// <summary>Multiplies value by value.</summary>
    public Layer Times(Layer other)
    {
        for (int i = 0; i < Values.Length; i++)
        {
            Values[i] *= other.Values[i];
        }

        return this;
    }

    /// <summary>Takes another mask out of this one.</summary>
    public Layer Without(Layer other)
    {
        for (int i = 0; i < Values.Length; i++)
        {
            Values[i] *= 1 - other.Values[i];
        }

        return this;
    }

    /// <summary>Adds another layer, weighted.</summary>
    public Layer Add(Layer other, float weight)
    {
        for (int i = 0; i < Values.Length; i++)
        {
            Values[i] += weight * other.Values[i];
        }

        return this;
    }

    /// <summary>Moves values towards a level, by mask times opacity.</summary>
    public void Blend(Layer mask, float level, float opacity = 1)
    {
        for (int i = 0; i < Values.Length; i++)
        {
            Values[i] += mask.Values[i] * opacity * (level - Values[i]);
        }
    }

    /// <summary>Gaussian blur in place.</summary>
    /// <param name="sigma">Pixels.</param>
    public Layer Blur(double sigma)
    {
        if (sigma < 0.3)
        {
            return this;
        }

        using Mat image = AsMat();
        if (sigma <= 4)
        {
            Cv2.GaussianBlur(image, image, default, sigma, sigma, BorderTypes.Replicate);
            return this;
        }

        // A wide blur loses nothing on a smaller picture and costs a fraction.
        double factor = 2 / sigma;
        using var small = new Mat();
        Cv2.Resize(image, small, default, factor, factor, InterpolationFlags.Area);
        Cv2.GaussianBlur(small, small, default, 2, 2, BorderTypes.Replicate);
        Cv2.Resize(small, image, image.Size(), 0, 0, InterpolationFlags.Linear);
        return this;
    }

    /// <summary>Bounding box of the values above a threshold, or null when there are none.</summary>
    public Box? Bounds(float threshold)
    {
        int left = Width, top = Height, right = -1, bottom = -1;
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<float> row = Values.AsSpan(y * Width, Width);
            for (int x = 0; x < Width; x++)
            {
                if (row[x] > threshold)
                {
                    left = Math.Min(left, x);
                    right = Math.Max(right, x);
                    top = Math.Min(top, y);
                    bottom = y;
                }
            }
        }

        return right < 0 ? null : new Box(left, top, right + 1, bottom + 1);
    }

    /// <summary>A view of the values; dispose it after use.</summary>
    public Mat AsMat() => Mat.FromPixelData(Height, Width, MatType.CV_32FC1, Values);
}
