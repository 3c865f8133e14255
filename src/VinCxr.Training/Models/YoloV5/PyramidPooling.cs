using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace VinCxr.Training.Models.YoloV5;

/// <summary>
/// Fast spatial pyramid pooling ("SPPF"): three 5x5 max pools in a row see what 5x5, 9x9 and 13x13 pools side by side would.
/// </summary>
internal sealed class PyramidPooling : nn.Module<Tensor, Tensor>
{
    private const int Kernel = 5;

    [ComponentName(Name = "cv1")]
    private readonly ConvBlock _reduce;

    [ComponentName(Name = "cv2")]
    private readonly ConvBlock _merge;

    public PyramidPooling(int inputs, int outputs, Device? device = null)
        : base(nameof(PyramidPooling))
    {
        int hidden = inputs / 2;
        _reduce = new ConvBlock(inputs, hidden, 1, device: device);
        _merge = new ConvBlock(4 * hidden, outputs, 1, device: device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor reduced = _reduce.forward(input);
        Tensor once = Pool(reduced);
        Tensor twice = Pool(once);
        return _merge.forward(cat([reduced, once, twice, Pool(twice)], 1)).MoveToOuterDisposeScope();
    }

    private static Tensor Pool(Tensor input) => nn.functional.max_pool2d(input, Kernel, stride: 1, padding: Kernel / 2);
}
