using VinCxr.Training.Models;
using static TorchSharp.torch;

namespace VinCxr.Training.Loading;

/// <summary>Pixels and boxes of one batch in buffers that are lent by a <see cref="BatchBuilder"/>; dispose to give them back.</summary>
public sealed class Batch : IDisposable
{
    private readonly Action<Batch> _giveBack;

    internal Batch(int images, int size, Action<Batch> giveBack)
    {
        Images = images;
        Size = size;
        Pixels = new float[images * size * size];
        _giveBack = giveBack;
    }

    public int Images { get; }

    /// <summary>Side of an image, pixels.</summary>
    public int Size { get; }

    /// <summary>[Images, 1, Size, Size], in [0, 1].</summary>
    public float[] Pixels { get; }

    /// <summary>[N, 6] as in <see cref="TargetBatch"/>.</summary>
    public List<float> Targets { get; } = [];

    /// <summary>Copies the batch to the device, as float32 [Images, 1, Size, Size] and its targets.</summary>
    public (Tensor Images, TargetBatch Targets) ToTensors(Device device)
    {
        Tensor images = tensor(Pixels, [Images, 1, Size, Size], device: device);
        Tensor rows = tensor(Targets.ToArray(), [Targets.Count / 6, 6], device: device);
        return (images, new TargetBatch(rows));
    }

    public void Dispose() => _giveBack(this);
}
