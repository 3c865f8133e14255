using VinCxr.Core.Consensus;
using VinCxr.Core.Detection;
using VinCxr.Core.Trials;
using VinCxr.Data.Activations;
using VinCxr.Training.Inference;
using VinCxr.Training.Loading;
using VinCxr.Training.Models;
using static TorchSharp.torch;

namespace VinCxr.Training.Loop;

/// <summary>Predicts and scores the held-out fold.</summary>
public sealed class Validator(TrainerJob job, IImageSource source, Device device)
{
    private readonly LabelledImage[] _labelled = [.. job.ValidationImages.Where(i => i.IsNormal || i.Boxes.Count > 0)];

    /// <param name="predicted">Told how many images are done, after each batch.</param>
    /// <param name="mapped">Given the activation map of every image, of a model that has them; null makes none.</param>
    public IReadOnlyList<Prediction> Predict(
        Detector detector, Action<int>? predicted = null, Action<ActivationMap>? mapped = null, CancellationToken cancellationToken = default)
    {
        var train = job.Settings.Train;
        using var predictor = new DetectorPredictor(detector, job.Classes, job.Settings.Model.ImageSize, device);
        var options = new PredictOptions(train.MinConfidence, train.NmsIou, Maps: mapped is not null);
        return predictor.Predict(source, [.. job.ValidationImages.Select(i => i.ImageId)], options, train.Batch, predicted, mapped, cancellationToken);
    }

    /// <summary>
    /// <c>map40</c> (all classes, <i>No finding</i> included where the list has it) and <c>map40_findings</c> over the labelled images;
    /// nothing when there are none.
    /// </summary>
    public IReadOnlyDictionary<string, double> Score(IReadOnlyList<Prediction> predictions)
    {
        if (_labelled.Length == 0)
        {
            return new Dictionary<string, double>();
        }

        IReadOnlyList<GroundTruth> truths = RaterConsensus.ToGroundTruth(_labelled, job.Classes);
        HashSet<string> ids = [.. _labelled.Select(i => i.ImageId)];
        Prediction[] scored = [.. predictions.Where(p => ids.Contains(p.ImageId))];
        return new Dictionary<string, double>
        {
            ["map40"] = MeanAveragePrecision.Evaluate(truths, scored, job.Classes).Map,
            ["map40_findings"] = MeanAveragePrecision.Evaluate(truths, scored, job.Classes, new MapOptions(IncludeNoFinding: false)).Map,
        };
    }
}
