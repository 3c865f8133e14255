using TorchSharp.Utils;
using VinCxr.Core;
using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>YOLOv5 v6 (https://github.com/ultralytics/yolov5, release 6.0 layout and loss). State keys start with <c>model.</c>.</summary>
internal sealed class YoloV5Detector : Detector
{
    [ComponentName(Name = "model")]
    private readonly YoloV5Network _network;

    public YoloV5Detector(YoloV5Size size, int classes, Device? device = null)
        : base(nameof(YoloV5Detector), classes)
    {
        _network = new YoloV5Network(size, classes, AnchorPyramid.Published, device);
        RegisterComponents();
    }

    public override int ImageStride => AnchorPyramid.Strides[^1];

    public override DetectorLoss ComputeLoss(Tensor images, TargetBatch targets) => throw new NotImplementedException();

    public override IReadOnlyList<DetectionSet> Predict(Tensor images, PredictOptions options) => throw new NotImplementedException();

    /// <summary>Logits per level; the caller's dispose scope owns them.</summary>
    internal Tensor[] Forward(Tensor images)
    {
        long[] shape = images.shape;
        if (shape.Length != 4 || shape[0] < 1 || shape[1] is not (1 or 3) || shape[2] % ImageStride != 0 || shape[3] % ImageStride != 0)
            throw new InvalidInputException(
                $"images of shape [{string.Join(", ", shape)}] cannot be used: need [B, 1 or 3, H, W] with H and W multiples of {ImageStride}");
        if (shape[1] == 3)
            return _network.Forward(images);

        using Tensor repeated = images.expand(-1, 3, -1, -1);
        return _network.Forward(repeated);
    }
}
