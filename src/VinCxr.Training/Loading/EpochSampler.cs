using VinCxr.Core;
using VinCxr.Core.Trials;

namespace VinCxr.Training.Loading;

/// <summary>Chooses and orders the images of every epoch. Unlabelled images are never trained on.</summary>
public sealed class EpochSampler
{
    private readonly LabelledImage[] _abnormal;
    private readonly LabelledImage[] _normal;
    private readonly int _normalPerEpoch;
    private readonly int _seed;

    /// <param name="negativeRatio">Normal images per abnormal one in an epoch, drawn anew every epoch; 0 keeps all.</param>
    /// <exception cref="InvalidInputException">No labelled image is left to train on.</exception>
    public EpochSampler(IEnumerable<LabelledImage> images, double negativeRatio, int seed)
    {
        LabelledImage[] labelled = [.. images.Where(i => i.IsNormal || i.Boxes.Count > 0)];
        _abnormal = [.. labelled.Where(i => i.Boxes.Count > 0)];
        _normal = [.. labelled.Where(i => i.Boxes.Count == 0)];
        _normalPerEpoch = negativeRatio > 0 ? (int)Math.Min(_normal.Length, Math.Ceiling(_abnormal.Length * negativeRatio)) : _normal.Length;
        _seed = seed;
        if (Count == 0)
        {
            throw new InvalidInputException("there are no labelled images to train on; check the annotations of the training folds");
        }
    }

    /// <summary>Images per epoch.</summary>
    public int Count => _abnormal.Length + _normalPerEpoch;

    /// <summary>The images of an epoch in training order; depends on the seed and the epoch only.</summary>
    public LabelledImage[] Order(int epoch)
    {
        Random random = SeededRandom.At(_seed, epoch, -1);
        var normal = (LabelledImage[])_normal.Clone();
        if (_normalPerEpoch < normal.Length)
        {
            random.Shuffle(normal);
        }

        LabelledImage[] order = [.. _abnormal, .. normal.AsSpan(0, _normalPerEpoch)];
        random.Shuffle(order);
        return order;
    }
}
