using TorchSharp;
using VinCxr.Training.Models;
using VinCxr.Training.Models.YoloV5;
using VinCxr.Training.Tensors;
using static TorchSharp.torch;

namespace VinCxr.Training.Losses;

/// <summary>
/// YOLOv5 v6's training loss: CIoU on assigned anchors, binary cross-entropy of objectness with the clamped, detached CIoU as
/// target, and binary cross-entropy of classes on assigned anchors (left out for a single class).
/// </summary>
internal sealed class YoloLoss(int classes, YoloLossGains gains)
{
    /// <summary>Weight of each level's objectness: fine grids have more cells, and fewer objects in each.</summary>
    private static readonly double[] LevelBalance = [4.0, 1.0, 0.4];

    /// <param name="levels">Logits of each level, <c>[B, anchors, h, w, 5 + classes]</c>.</param>
    /// <param name="anchors"><c>[levels, anchors, 2]</c>, in grid cells.</param>
    /// <param name="objectnessGain">Gain at this input size, see <see cref="YoloLossGains.ObjectnessAt"/>.</param>
    public DetectorLoss Compute(IReadOnlyList<Tensor> levels, Tensor anchors, TargetBatch targets, double objectnessGain)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = levels[0].device;
        float[] rows = ToHost(targets.Rows), anchorSides = ToHost(anchors);
        Tensor box = zeros([], device: device), objectness = zeros([], device: device), classification = zeros([], device: device);
        for (int level = 0; level < levels.Count; level++)
        {
            // Under reduced precision the IoU of nearly equal boxes would be lost.
            Tensor logits = levels[level].to(float32);
            Tensor objectTarget = zeros(logits.shape[..4], device: device);
            LevelTargets? positives = LevelTargets.Assign(rows, AnchorsOf(anchorSides, level), logits.shape, device);
            if (positives is not null)
            {
                Tensor assigned = logits.view(-1, logits.shape[4]).index_select(0, positives.Predictions);
                Tensor iou = CompleteIoU.Compute(YoloDecoder.InCells(assigned, positives.Anchors), positives.Boxes);
                box = box.Plus(iou.neg().Plus(1).mean());
                positives.ScatterBest(iou.detach().clamp_min(Scalars.Of(0L)), objectTarget);
                if (classes > 1)
                {
                    Tensor error = nn.functional.binary_cross_entropy_with_logits(assigned.narrow(1, 5, classes), positives.OneHot(classes));
                    classification = classification.Plus(error);
                }
            }

            Tensor objectError = nn.functional.binary_cross_entropy_with_logits(logits.select(4, 4), objectTarget);
            objectness = objectness.Plus(objectError.Times(LevelBalance[level]));
        }

        box = box.Times(gains.Box);
        objectness = objectness.Times(objectnessGain);
        classification = classification.Times(gains.ClassAt(classes));
        Tensor total = box.Plus(objectness).Plus(classification).Times(levels[0].shape[0]);
        return new DetectorLoss(
            total.MoveToOuterDisposeScope(),
            new Dictionary<string, Tensor>
            {
                ["box"] = box.detach().MoveToOuterDisposeScope(),
                ["obj"] = objectness.detach().MoveToOuterDisposeScope(),
                ["cls"] = classification.detach().MoveToOuterDisposeScope(),
            });
    }

    private static float[] ToHost(Tensor values) => values.numel() == 0 ? [] : values.to(float32).cpu().contiguous().data<float>().ToArray();

    private static (float Width, float Height)[] AnchorsOf(float[] sides, int level) =>
        [.. Enumerable.Range(level * AnchorPyramid.PerLevel, AnchorPyramid.PerLevel).Select(i => (sides[2 * i], sides[(2 * i) + 1]))];
}
