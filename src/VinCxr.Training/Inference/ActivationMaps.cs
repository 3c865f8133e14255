using VinCxr.Core.Detection;
using VinCxr.Data.Activations;
using VinCxr.Training.Loading;
using VinCxr.Training.Models;

namespace VinCxr.Training.Inference;

/// <summary>From a map over the network input to one over the original image.</summary>
internal static class ActivationMaps
{
    /// <summary>Drops the cells that lie in the padding altogether, and puts the rest on a scale of 256 levels up to the highest. What is no number counts as 0.</summary>
    /// <param name="letterbox">How the image was mapped into the network input.</param>
    public static ActivationMap Of(string imageId, ConfidenceMap map, in Letterbox letterbox)
    {
        (double across, double down) = (letterbox.Size / (double)map.Width, letterbox.Size / (double)map.Height);
        (int left, int right) = ((int)Math.Floor(letterbox.Left / across), (int)Math.Ceiling((letterbox.Left + letterbox.Width) / across));
        (int top, int bottom) = ((int)Math.Floor(letterbox.Top / down), (int)Math.Ceiling((letterbox.Top + letterbox.Height) / down));
        (int width, int height) = (right - left, bottom - top);
        var values = new float[width * height];
        for (int i = 0; i < values.Length; i++)
        {
            float value = map.Values[((top + (i / width)) * map.Width) + left + (i % width)];
            values[i] = float.IsNaN(value) ? 0 : Math.Clamp(value, 0, 1);
        }

        float peak = values.Max();
        byte[] cells = [.. values.Select(v => peak > 0 ? (byte)Math.Round(255.0 * v / peak) : (byte)0)];
        Box area = letterbox.ToOriginalUnclipped(new Box(left * across, top * down, right * across, bottom * down));
        return new ActivationMap(imageId, width, height, peak, area, letterbox.Region, cells);
    }
}
