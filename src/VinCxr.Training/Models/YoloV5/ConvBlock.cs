using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using VinCxr.Training.Tensors;
using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>Convolution without bias, batch norm, SiLU: <c>[B, in, H, W]</c> to <c>[B, out, H/stride, W/stride]</c>.</summary>
internal sealed class ConvBlock : nn.Module<Tensor, Tensor>
{
    // The reference's values; PyTorch's own defaults are 1e-5 and 0.1.
    private const double NormEpsilon = 1e-3;
    private const double NormMomentum = 0.03;

    // Running statistics look back over this share of the batches so far, until that reaches 1 / NormMomentum.
    private const double NormMemory = 0.05;

    [ComponentName(Name = "conv")]
    private readonly Conv2d _convolution;

    [ComponentName(Name = "bn")]
    private readonly BatchNorm2d _norm;

    /// <param name="padding">Null keeps the size at stride 1: half of the kernel.</param>
    public ConvBlock(int inputs, int outputs, int kernel, int stride = 1, int? padding = null, Device? device = null)
        : base(nameof(ConvBlock))
    {
        _convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding ?? kernel / 2, bias: false, device: device);
        _norm = nn.BatchNorm2d(outputs, NormEpsilon, NormMomentum, device: device);
        RegisterComponents();
    }

    /// <summary>Training batches that went through.</summary>
    public long BatchesSeen => _norm.num_batches_tracked!.item<long>();

    /// <summary>
    /// Sets how far back running statistics look. The published momentum remembers some 33 batches; early in training, and to the end of
    /// a run of a few hundred steps, weights change faster than that, and a model that is right on batch statistics sees nothing in
    /// evaluation. Weights are not affected: training never reads running statistics.
    /// </summary>
    /// <param name="batches">Batches seen so far; the published momentum holds from about 650 on.</param>
    public void AdaptNormMomentum(long batches) => _norm.momentum = Math.Max(NormMomentum, 1 / (1 + (NormMemory * batches)));

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return nn.functional.silu(Normalise(_convolution.forward(input))).MoveToOuterDisposeScope();
    }

    // The module's own forward pass counts batches through a temporary scalar; see Scalars.
    private Tensor Normalise(Tensor input)
    {
        if (_norm.training)
        {
            using var noGradients = no_grad();
            _norm.num_batches_tracked!.add_(Scalars.One, Scalars.One);
        }

        return nn.functional.batch_norm(
            input, _norm.running_mean, _norm.running_var, _norm.weight, _norm.bias, _norm.training, _norm.momentum ?? NormMomentum, NormEpsilon);
    }
}
