using TorchSharp;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Training.Models.YoloV5;

namespace VinCxr.Training.Models;

/// <param name="Variants">Sizes of the family, small to large.</param>
/// <param name="ImageStride">Image sides must be multiples of this, in pixels.</param>
public sealed record ModelFamily(string Name, IReadOnlyList<string> Variants, int ImageStride, string Description);

/// <summary>Every detector that can be trained, by the names used in sweep files.</summary>
public static class ModelCatalog
{
    public static IReadOnlyList<ModelFamily> Families { get; } =
        [new("yolov5", [.. YoloV5Size.Variants.Keys], 32, "YOLOv5 v6: one-stage, anchors on strides 8, 16, 32")];

    /// <summary>A freshly initialised detector on the CPU, in training mode; <see cref="ModelSpec.Weights"/> is not looked at.</summary>
    /// <param name="classes">Number of classes, at least 1.</param>
    /// <param name="seed">Makes the weights reproducible and leaves the global generator as it was; null draws from that generator.</param>
    /// <exception cref="Core.InvalidInputException">Unknown family or variant, image size off the stride, or no classes.</exception>
    public static Detector Create(ModelSpec spec, int classes, long? seed = null)
    {
        ModelFamily family = Find(spec.Family, spec.Variant, classes);
        if (spec.ImageSize < family.ImageStride || spec.ImageSize % family.ImageStride != 0)
            throw new InvalidInputException($"image size {spec.ImageSize} cannot be used: {family.Name} needs a multiple of {family.ImageStride}");
        if (seed is null)
            return Build(spec.Variant, classes);

        using torch.Tensor generator = torch.get_rng_state();
        try
        {
            torch.manual_seed(seed.Value);
            return Build(spec.Variant, classes);
        }
        finally
        {
            torch.set_rng_state(generator);
        }
    }

    /// <summary>Trainable parameters of a model, without allocating their memory.</summary>
    /// <exception cref="Core.InvalidInputException">Unknown family or variant, or no classes.</exception>
    public static long CountParameters(string family, string variant, int classes)
    {
        Find(family, variant, classes);
        // Tensors of the meta device have shapes and no memory.
        using Detector detector = Build(variant, classes, torch.META);
        return detector.parameters().Sum(parameter => parameter.numel());
    }

    private static YoloV5Detector Build(string variant, int classes, torch.Device? device = null) =>
        new(YoloV5Size.Variants[variant], classes, device: device);

    private static ModelFamily Find(string name, string variant, int classes)
    {
        ModelFamily family = Families.FirstOrDefault(f => f.Name == name)
            ?? throw new InvalidInputException($"unknown model family '{name}': use one of {string.Join(", ", Families.Select(f => f.Name))}");
        if (!family.Variants.Contains(variant))
            throw new InvalidInputException($"unknown variant '{variant}' of {name}: use one of {string.Join(", ", family.Variants)}");
        if (classes < 1)
            throw new InvalidInputException($"a model for {classes} classes cannot be made: use at least 1");
        return family;
    }
}
