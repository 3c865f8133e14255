using TorchSharp;
using TorchSharp.Utils;
using VinCxr.Training.Tensors;
using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>1x1 then 3x3 convolution at constant width, with or without a residual connection.</summary>
internal sealed class Bottleneck : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "cv1")]
    private readonly ConvBlock _first;

    [ComponentName(Name = "cv2")]
    private readonly ConvBlock _second;

    private readonly bool _shortcut;

    public Bottleneck(int channels, bool shortcut, Device? device = null)
        : base(nameof(Bottleneck))
    {
        _first = new ConvBlock(channels, channels, 1, device: device);
        _second = new ConvBlock(channels, channels, 3, device: device);
        _shortcut = shortcut;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor output = _second.forward(_first.forward(input));
        return (_shortcut ? input.Plus(output) : output).MoveToOuterDisposeScope();
    }
}
