using VinCxr.Core.Sweeps;

namespace VinCxr.Training.Models;

/// <param name="Variants">Sizes of the family, small to large.</param>
/// <param name="ImageStride">Image sides must be multiples of this, in pixels.</param>
public sealed record ModelFamily(string Name, IReadOnlyList<string> Variants, int ImageStride, string Description);

/// <summary>Every detector that can be trained, by the names used in sweep files.</summary>
public static class ModelCatalog
{
    public static IReadOnlyList<ModelFamily> Families { get; } =
        [new("yolov5", ["n", "s", "m", "l", "x"], 32, "YOLOv5 v6: one-stage, anchors on strides 8, 16, 32")];

    /// <summary>A freshly initialised detector on the CPU, in training mode; <see cref="ModelSpec.Weights"/> is not looked at.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="seed">Makes the weights reproducible and leaves the global generator as it was; null draws from that generator.</param>
    /// <exception cref="Core.InvalidInputException">Unknown family or variant, image size off the stride, or no classes.</exception>
    public static Detector Create(ModelSpec spec, int classes, long? seed = null) => throw new NotImplementedException();

    /// <summary>Trainable parameters of a model, without allocating their memory.</summary>
    /// <exception cref="Core.InvalidInputException">Unknown family or variant, or no classes.</exception>
    public static long CountParameters(string family, string variant, int classes) => throw new NotImplementedException();
}
