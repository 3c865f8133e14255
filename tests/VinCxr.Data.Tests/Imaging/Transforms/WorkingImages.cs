using VinCxr.Data.Imaging;
using VinCxr.Data.Imaging.Transforms;

namespace VinCxr.Data.Tests.Imaging.Transforms;

/// <summary>Images as steps see them: 16-bit values, the whole range displayed.</summary>
internal static class WorkingImages
{
    public static WorkingImage Of(ushort[] stored, int width, int height)
    {
        float[] levels = [.. Enumerable.Range(0, StoredPixels.Codes).Select(code => code / 65535f)];
        return new WorkingImage(StoredPixels.Of(width, height, stored), levels);
    }

    /// <summary>What a chain makes of an image: levels in [0, 1] of what is left, and the region.</summary>
    public static (double[] Levels, int Width, int Height, PixelRegion? Region) Apply(string chain, ushort[] stored, int width, int height)
    {
        WorkingImage image = Of(stored, width, height);
        foreach (ITransformStep step in TransformSteps.Of(chain))
        {
            step.Apply(image);
        }

        return ([.. image.Pixels.Pixels.ToArray().Select(code => (double)image.Levels[code])], image.Width, image.Height, image.Region);
    }
}
