using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Training.Loading;

namespace VinCxr.Training.Augmentation;

/// <summary>Reads an image and takes it through the steps of an <see cref="AugmentSpec"/>, in the order that YOLOv5 has them.</summary>
public sealed class AugmentationPipeline
{
    private readonly SampleReader _reader;
    private readonly IReadOnlyList<IAugmentation> _steps;

    public AugmentationPipeline(SampleReader reader, AugmentSpec spec)
    {
        int size = reader.ImageSize;
        _reader = reader;
        _steps =
        [
            new Mosaic(size, spec.Mosaic),
            new RandomAffine(size, spec.Degrees, spec.Scale, spec.Translate),
            new Mixup(size, spec.Mixup),
            new Cutmix(size, spec.Cutmix),
            new BrightnessContrast(spec.Brightness, spec.Contrast),
            new HorizontalFlip(spec.Hflip),
        ];
    }

    /// <summary>Side of the samples built, pixels.</summary>
    public int ImageSize => _reader.ImageSize;

    /// <summary>One augmented square sample.</summary>
    /// <param name="images">The epoch's images, also the pool that other images are drawn from.</param>
    public Sample Build(IReadOnlyList<LabelledImage> images, int index, Random random)
    {
        Sample sample = _reader.Read(images[index]);
        foreach (IAugmentation step in _steps)
        {
            sample = step.Apply(sample, random, () => _reader.Read(images[random.Next(images.Count)]));
        }

        return sample;
    }
}
