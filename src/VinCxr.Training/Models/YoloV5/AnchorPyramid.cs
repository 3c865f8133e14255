using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>Anchor boxes of the three levels, in pixels of the network input.</summary>
/// <param name="Pixels">Width and height, level by level (strides 8, 16, 32), <see cref="PerLevel"/> each.</param>
internal sealed record AnchorPyramid(IReadOnlyList<(double Width, double Height)> Pixels)
{
    public const int PerLevel = 3;

    /// <summary>Pixels per grid cell of each level.</summary>
    public static readonly IReadOnlyList<int> Strides = [8, 16, 32];

    /// <summary>The published anchors, fitted to COCO at 640 pixels.</summary>
    public static readonly AnchorPyramid Published = new(
        [(10, 13), (16, 30), (33, 23), (30, 61), (62, 45), (59, 119), (116, 90), (156, 198), (373, 326)]);

    /// <summary><c>[levels, anchors, 2]</c> float32, in units of each level's stride.</summary>
    public Tensor ToGridUnits(Device? device = null)
    {
        float[] values = [.. Pixels.SelectMany((anchor, i) =>
        {
            int stride = Strides[i / PerLevel];
            return new[] { (float)(anchor.Width / stride), (float)(anchor.Height / stride) };
        })];
        using Tensor flat = tensor(values);
        using Tensor shaped = flat.view(Strides.Count, PerLevel, 2);
        return device is null ? shaped.clone() : shaped.to(device, copy: true);
    }
}
