using TorchSharp;
using TorchSharp.Utils;
using VinCxr.Core;
using VinCxr.Training.Losses;
using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>YOLOv5 v6 (https://github.com/ultralytics/yolov5, release 6.0 layout and loss). State keys start with <c>model.</c>.</summary>
internal sealed class YoloV5Detector : Detector
{
    [ComponentName(Name = "model")]
    private readonly YoloV5Network _network;

    private readonly YoloLossGains _gains;
    private readonly YoloLoss _loss;

    public YoloV5Detector(YoloV5Size size, int classes, YoloLossGains? gains = null, Device? device = null)
        : base(nameof(YoloV5Detector), classes)
    {
        _gains = gains ?? new YoloLossGains();
        _loss = new YoloLoss(classes, _gains);
        _network = new YoloV5Network(size, classes, AnchorPyramid.Published, device);
        RegisterComponents();
    }

    public override int ImageStride => AnchorPyramid.Strides[^1];

    public override DetectorLoss ComputeLoss(Tensor images, TargetBatch targets)
    {
        using DisposeScope scope = NewDisposeScope();
        if (training)
            _network.AdaptNormMomentum();
        DetectorLoss loss = _loss.Compute(Forward(images), _network.Anchors, targets, _gains.ObjectnessAt(images.shape[2], images.shape[3]));
        loss.Total.MoveToOuterDisposeScope();
        foreach (Tensor part in loss.Parts.Values)
            part.MoveToOuterDisposeScope();
        return loss;
    }

    public override IReadOnlyList<DetectionSet> Predict(Tensor images, PredictOptions options)
    {
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        (Tensor boxes, Tensor confidences) = YoloDecoder.Decode(Forward(images), _network.Anchors);
        (long height, long width) = (images.shape[2], images.shape[3]);
        IReadOnlyList<DetectionSet> sets = DetectionSelection.Select(boxes, confidences, height, width, options);
        return options.Maps ? [.. sets.Zip(ConfidenceMaps.Of(confidences, height, width), (set, map) => set with { Map = map })] : sets;
    }

    /// <summary>Logits per level; the caller's dispose scope owns them.</summary>
    internal Tensor[] Forward(Tensor images)
    {
        long[] shape = images.shape;
        if (shape.Length != 4 || shape[0] < 1 || shape[1] is not (1 or 3) || shape[2] % ImageStride != 0 || shape[3] % ImageStride != 0)
            throw new InvalidInputException(
                $"images of shape [{string.Join(", ", shape)}] cannot be used: need [B, 1 or 3, H, W] with H and W multiples of {ImageStride}");

        using DisposeScope scope = NewDisposeScope();
        Tensor colour = shape[1] == 3 ? images : images.expand(-1, 3, -1, -1);
        // Channels last in memory, which every layer then keeps: a training step takes a fifth less time on the CPU.
        Tensor channelsLast = colour.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        return [.. _network.Forward(channelsLast).Select(level => level.MoveToOuterDisposeScope())];
    }
}
