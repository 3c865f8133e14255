using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VinCxr.Training.Tensors;
using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>
/// One 1x1 convolution per level: <c>[B, C, h, w]</c> to logits <c>[B, anchors, h, w, 5 + classes]</c>, the last axis being
/// x, y, width, height, objectness, classes.
/// </summary>
internal sealed class DetectionHead : nn.Module
{
    [ComponentName(Name = "m")]
    private readonly ModuleList<Conv2d> _outputs;

    private readonly int _values;

    public DetectionHead(IReadOnlyList<int> channels, int classes, AnchorPyramid anchors, Device? device = null)
        : base(nameof(DetectionHead))
    {
        _values = 5 + classes;
        _outputs = [.. channels.Select(c => nn.Conv2d(c, AnchorPyramid.PerLevel * _values, 1, device: device))];
        RegisterComponents();
        register_buffer("anchors", anchors.ToGridUnits(device));
        using (no_grad())
        {
            for (int level = 0; level < _outputs.Count; level++)
                InitialiseBias(_outputs[level].bias!, AnchorPyramid.Strides[level], classes);
        }
    }

    /// <summary>Anchor widths and heights, <c>[levels, anchors, 2]</c>, in units of each level's stride.</summary>
    public Tensor Anchors => get_buffer("anchors")!;

    public Tensor[] Forward(IReadOnlyList<Tensor> features)
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. features.Select((feature, level) =>
        {
            Tensor raw = _outputs[level].forward(feature);
            return raw.view(raw.shape[0], AnchorPyramid.PerLevel, _values, raw.shape[2], raw.shape[3])
                .permute(0, 1, 3, 4, 2).contiguous().MoveToOuterDisposeScope();
        })];
    }

    /// <summary>Priors of about 8 objects in an image of 640 pixels and 0.6 / classes per class, as in focal loss (arXiv:1708.02002, 3.3).</summary>
    private static void InitialiseBias(Tensor bias, int stride, int classes)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor perAnchor = bias.view(AnchorPyramid.PerLevel, -1);
        double cellsPerSide = 640.0 / stride;
        perAnchor.narrow(1, 4, 1).PlusInPlace(Math.Log(8 / (cellsPerSide * cellsPerSide)));
        perAnchor.narrow(1, 5, classes).PlusInPlace(Math.Log(0.6 / (classes - 0.99999)));
    }
}
