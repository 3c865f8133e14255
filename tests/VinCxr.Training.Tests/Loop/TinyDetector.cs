using TorchSharp.Modules;
using VinCxr.Core.Detection;
using VinCxr.Training.Models;
using static TorchSharp.torch;

namespace VinCxr.Training.Tests.Loop;

/// <summary>
/// A detector of one box per image in a few hundred weights: convolution, batch norm and dropout, so that buffers and random state matter.
/// </summary>
internal sealed class TinyDetector : Detector
{
    private readonly Conv2d _convolution = nn.Conv2d(1, 6, 5, stride: 4, padding: 2);
    private readonly BatchNorm2d _norm = nn.BatchNorm2d(6);
    private readonly Dropout _dropout = nn.Dropout(0.1);
    private readonly AdaptiveAvgPool2d _pool = nn.AdaptiveAvgPool2d(4);
    private readonly Linear _output;

    public TinyDetector(int classes)
        : base(nameof(TinyDetector), classes)
    {
        _output = nn.Linear(6 * 16, 4 + classes);
        RegisterComponents();
    }

    /// <summary>Loss is NaN from this call on.</summary>
    public int? NanAtCall { get; set; }

    public int Calls { get; private set; }

    /// <summary>Images in all calls.</summary>
    public int Images { get; private set; }

    public override int ImageStride => 4;

    public override DetectorLoss ComputeLoss(Tensor images, TargetBatch targets)
    {
        using var scope = NewDisposeScope();
        Images += (int)images.shape[0];
        Tensor output = Forward(images);
        Tensor wanted = zeros_like(output);
        if (targets.Rows.shape[0] > 0)
        {
            Tensor index = targets.Rows.select(1, 0).to(ScalarType.Int64);
            wanted.index_add_(0, index, cat([targets.Rows.slice(1, 2, 6, 1), nn.functional.one_hot(targets.Rows.select(1, 1).to(ScalarType.Int64), Classes).to(ScalarType.Float32)], 1), 1);
        }

        Tensor loss = (output - wanted).square().mean();
        if (++Calls >= NanAtCall)
        {
            loss = loss / 0f * 0f;
        }

        Tensor total = (loss * images.shape[0]).MoveToOuterDisposeScope();
        return new DetectorLoss(total, new Dictionary<string, Tensor> { ["box"] = loss.detach().MoveToOuterDisposeScope() });
    }

    public override IReadOnlyList<DetectionSet> Predict(Tensor images, PredictOptions options)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        float[] output = Forward(images).cpu().data<float>().ToArray();
        int row = 4 + Classes;
        double size = images.shape[3];
        return
        [
            .. Enumerable.Range(0, (int)images.shape[0]).Select(i =>
            {
                float[] o = output[(i * row)..((i + 1) * row)];
                int best = Array.IndexOf(o, o[4..].Max(), 4) - 4;
                Box box = new((o[0] - o[2] / 2) * size, (o[1] - o[3] / 2) * size, (o[0] + o[2] / 2) * size, (o[1] + o[3] / 2) * size);
                return new DetectionSet([box], [Math.Clamp(o[4 + best], 0, 1)], [best]);
            }),
        ];
    }

    public override IReadOnlyList<ParameterGroup> ParameterGroups(double weightDecay) =>
    [
        new(ParameterKind.Weight, [_convolution.weight, _output.weight], weightDecay),
        new(ParameterKind.Norm, [_norm.weight], 0),
        new(ParameterKind.Bias, [_convolution.bias!, _norm.bias!, _output.bias!], 0),
    ];

    private Tensor Forward(Tensor images) =>
        _output.call(_dropout.call(_pool.call(nn.functional.relu(_norm.call(_convolution.call(images)))).flatten(1)));
}
