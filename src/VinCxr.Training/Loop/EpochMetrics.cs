using VinCxr.Training.Models;
using static TorchSharp.torch;

namespace VinCxr.Training.Loop;

/// <summary>Sums of one epoch, from which the means per image are reported. The sums travel in checkpoints.</summary>
public sealed class EpochMetrics
{
    private const string ImagesKey = "images";

    private readonly Dictionary<string, double> _sums = [];

    public EpochMetrics(IReadOnlyDictionary<string, double>? sums = null)
    {
        foreach ((string key, double value) in sums ?? new Dictionary<string, double>())
        {
            _sums[key] = value;
        }
    }

    public IReadOnlyDictionary<string, double> Sums => _sums;

    /// <summary>Takes in the loss of one batch.</summary>
    /// <exception cref="DivergenceException">The loss is NaN or infinite.</exception>
    public void Add(DetectorLoss loss, int images, int epoch, long step)
    {
        double total = loss.Total.item<float>();
        if (!double.IsFinite(total))
        {
            throw new DivergenceException(
                $"the loss is {total} in epoch {epoch + 1}, after {step} optimizer steps; lower train.lr or lengthen train.warmup_epochs");
        }

        Accumulate(ImagesKey, images);
        Accumulate("loss", total);
        foreach ((string name, Tensor part) in loss.Parts)
        {
            Accumulate($"loss_{name}", (double)part.item<float>() * images);
        }
    }

    /// <summary>Means per image: <c>loss</c> and <c>loss_*</c>.</summary>
    public Dictionary<string, double> Means()
    {
        double images = _sums.GetValueOrDefault(ImagesKey, 1);
        return _sums.Where(s => s.Key != ImagesKey).ToDictionary(s => s.Key, s => s.Value / images);
    }

    private void Accumulate(string key, double value) => _sums[key] = _sums.GetValueOrDefault(key) + value;
}
