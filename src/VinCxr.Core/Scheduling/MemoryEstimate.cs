using VinCxr.Core.Sweeps;

namespace VinCxr.Core.Scheduling;

/// <summary>Device memory that training takes, estimated before anything has run; runs of the same kind correct it (<see cref="LearnedMemory"/>).</summary>
/// <remarks>
/// Memory = <see cref="FixedMb"/> + parameters x state + batch x kept values x bytes x <see cref="Passing"/>. Kept values are counted on the network at
/// 640 pixels, and grow with the area: a convolution block keeps three (the convolution's, the norm's and the activation's output), sums,
/// concatenations and upsampling one each. State is weights, gradients and their moving average in fp32, plus the optimizer's one (SGD) or two (Adam)
/// moments. The counts are exact for the layout; the two constants allow for what a CUDA context, kernels' workspace and passing gradients take
/// and are not measured on every device: take the whole as right to about a quarter.
/// </remarks>
public static class MemoryEstimate
{
    /// <summary>CUDA context and kernels' workspace, MiB.</summary>
    public const double FixedMb = 512;

    /// <summary>Gradients and temporary values that live for a moment beside those that are kept.</summary>
    public const double Passing = 1.15;

    private const int CountedAt = 640;
    private const double Mib = 1 << 20;

    /// <summary>Millions of parameters and of values kept per image at <see cref="CountedAt"/> pixels, 14 classes.</summary>
    private static readonly Dictionary<(string Family, string Variant), (double Parameters, double Kept)> Counts = new()
    {
        [("yolov5", "n")] = (1.78, (3 * 11.83) + 7.44),
        [("yolov5", "s")] = (7.06, (3 * 23.65) + 12.97),
        [("yolov5", "m")] = (20.92, (3 * 45.31) + 22.04),
        [("yolov5", "l")] = (46.21, (3 * 73.52) + 33.45),
        [("yolov5", "x")] = (86.31, (3 * 108.29) + 47.23),
    };

    /// <returns>MiB; null for a family that is not counted here, which excludes nothing.</returns>
    public static int? OfTraining(ModelSpec model, TrainSpec train)
    {
        if (!Counts.TryGetValue((model.Family, model.Variant), out var count))
        {
            return null;
        }

        bool isHalf = train.Precision == "bf16";
        int state = 12 + (train.Optimizer == "sgd" ? 4 : 8) + (isHalf ? 2 : 0);
        double area = Math.Pow((double)model.ImageSize / CountedAt, 2);
        double activations = train.Batch * count.Kept * 1e6 * area * (isHalf ? 2 : 4) * Passing;
        double images = train.Batch * 3.0 * model.ImageSize * model.ImageSize * 4;
        return (int)Math.Ceiling(FixedMb + (((count.Parameters * 1e6 * state) + activations + images) / Mib));
    }
}
