using TorchSharp;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Activations;
using VinCxr.Training.Loading;
using VinCxr.Training.Models;
using VinCxr.Training.Weights;
using static TorchSharp.torch;

namespace VinCxr.Training.Inference;

/// <summary>
/// Predicts boxes in original pixels. When the class list has a <i>No finding</i> class, every image also gets one row of it with
/// <see cref="Box.NoFinding"/> and confidence 1 - (highest confidence of any detection): the complement of "something is there".
/// </summary>
public sealed class DetectorPredictor : IDisposable
{
    private readonly Detector _detector;
    private readonly ClassList _classes;
    private readonly LabelClass[] _findings;
    private readonly int _imageSize;
    private readonly Device _device;
    private readonly bool _ownsDetector;

    /// <param name="detector">Lies on the device already; put into evaluation mode while predicting. Not owned.</param>
    public DetectorPredictor(Detector detector, ClassList classes, int imageSize, Device device)
        : this(detector, classes, imageSize, device, ownsDetector: false)
    {
    }

    private DetectorPredictor(Detector detector, ClassList classes, int imageSize, Device device, bool ownsDetector)
    {
        _detector = detector;
        _classes = classes;
        _findings = [.. classes.Findings];
        _imageSize = imageSize;
        _device = device;
        _ownsDetector = ownsDetector;
    }

    /// <summary>A predictor of stored weights; the caller disposes it.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="Core.TrainingException">The weights are not safetensors or do not fit the model.</exception>
    public static DetectorPredictor Load(ModelSpec model, ClassList classes, string weightsPath, string device = "cpu")
    {
        Detector detector = ModelCatalog.Create(model, classes.Findings.Count, seed: 0);
        try
        {
            ModuleWeights.Load(detector, weightsPath);
            var target = new Device(device);
            detector.to(target);
            return new DetectorPredictor(detector, classes, model.ImageSize, target, ownsDetector: true);
        }
        catch
        {
            detector.Dispose();
            throw;
        }
    }

    /// <summary>Predictions of every image, in the order of <paramref name="imageIds"/>, by falling confidence within an image.</summary>
    /// <param name="batch">Images per forward pass.</param>
    /// <param name="predicted">Told how many images are done, after each batch.</param>
    /// <param name="mapped">Given the activation map of every image, from the same forward pass; nothing when the model or the options give none.</param>
    /// <exception cref="Core.NotFoundException">The source lacks an image.</exception>
    public IReadOnlyList<Prediction> Predict(
        IImageSource source, IReadOnlyList<string> imageIds, PredictOptions options, int batch = 16, Action<int>? predicted = null,
        Action<ActivationMap>? mapped = null, CancellationToken cancellationToken = default)
    {
        var reader = new SampleReader(source, _classes, _imageSize);
        var predictions = new List<Prediction>();
        int done = 0;
        bool wasTraining = _detector.training;
        _detector.eval();
        try
        {
            foreach (string[] ids in imageIds.Chunk(batch))
            {
                cancellationToken.ThrowIfCancellationRequested();
                PredictBatch(reader, ids, options, predictions, mapped);
                predicted?.Invoke(done += ids.Length);
            }
        }
        finally
        {
            _detector.train(wasTraining);
        }

        return predictions;
    }

    public void Dispose()
    {
        if (_ownsDetector)
        {
            _detector.Dispose();
        }
    }

    private void PredictBatch(SampleReader reader, string[] ids, PredictOptions options, List<Prediction> predictions, Action<ActivationMap>? mapped)
    {
        int plane = _imageSize * _imageSize;
        var pixels = new float[ids.Length * plane];
        var letterboxes = new Letterbox[ids.Length];
        Parallel.For(0, ids.Length, i =>
        {
            (Sample sample, letterboxes[i]) = reader.ReadPadded(ids[i]);
            using (sample)
            {
                sample.Pixels.AsSpan<float>().CopyTo(pixels.AsSpan(i * plane, plane));
            }
        });

        using var scope = NewDisposeScope();
        Tensor images = tensor(pixels, [ids.Length, 1, _imageSize, _imageSize], device: _device);
        IReadOnlyList<DetectionSet> sets = _detector.Predict(images, options);
        for (int i = 0; i < ids.Length; i++)
        {
            DetectionSet set = sets[i];
            if (mapped is not null && set.Map is { } map)
            {
                mapped(ActivationMaps.Of(ids[i], map, letterboxes[i]));
            }

            double highest = 0;
            for (int d = 0; d < set.Count; d++)
            {
                highest = Math.Max(highest, set.Confidences[d]);
                Box box = letterboxes[i].ToOriginal(set.Boxes[d]);
                if (box.IsValid)
                {
                    predictions.Add(new Prediction(ids[i], _findings[set.ClassIds[d]].Id, set.Confidences[d], box));
                }
            }

            if (_classes.NoFindingId is { } noFinding)
            {
                predictions.Add(new Prediction(ids[i], noFinding, Math.Clamp(1 - highest, 0, 1), Box.NoFinding));
            }
        }
    }
}
