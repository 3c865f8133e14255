using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>
/// Cross-stage-partial block with three convolutions ("C3"): half of the channels pass through bottlenecks, half go around them.
/// </summary>
internal sealed class CspBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "cv1")]
    private readonly ConvBlock _through;

    [ComponentName(Name = "cv2")]
    private readonly ConvBlock _around;

    [ComponentName(Name = "cv3")]
    private readonly ConvBlock _merge;

    [ComponentName(Name = "m")]
    private readonly Sequential _bottlenecks;

    /// <param name="repeats">Number of bottlenecks.</param>
    /// <param name="shortcut">Residual bottlenecks: in the backbone, not in the neck.</param>
    public CspBlock(int inputs, int outputs, int repeats, bool shortcut, Device? device = null)
        : base(nameof(CspBlock))
    {
        int hidden = outputs / 2;
        _through = new ConvBlock(inputs, hidden, 1, device: device);
        _around = new ConvBlock(inputs, hidden, 1, device: device);
        _merge = new ConvBlock(2 * hidden, outputs, 1, device: device);
        _bottlenecks = nn.Sequential(Enumerable.Range(0, repeats).Select(_ => new Bottleneck(hidden, shortcut, device)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor joined = cat([_bottlenecks.forward(_through.forward(input)), _around.forward(input)], 1);
        return _merge.forward(joined).MoveToOuterDisposeScope();
    }
}
