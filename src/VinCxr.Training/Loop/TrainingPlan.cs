using System.Security.Cryptography;
using System.Text.Json;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;

namespace VinCxr.Training.Loop;

/// <summary>Counts of a run that follow from its job.</summary>
/// <param name="Batch">Images per forward pass.</param>
/// <param name="Accumulate">Forward passes per optimizer step.</param>
/// <param name="StepsPerEpoch">Optimizer steps per epoch; the last one may sum fewer batches.</param>
public sealed record TrainingPlan(int Batch, int Accumulate, int StepsPerEpoch, int Epochs)
{
    public long TotalSteps => (long)StepsPerEpoch * Epochs;

    /// <summary>Epochs between validations: ten over a run, which keeps their cost well below that of training.</summary>
    public int ValidateEvery => Math.Max(1, Epochs / 10);

    /// <summary>
    /// Halving the batch doubles the accumulation, so that an optimizer step keeps seeing the same images; the batch is never larger
    /// than the epoch.
    /// </summary>
    /// <param name="imagesPerEpoch">At least 1.</param>
    public static TrainingPlan For(TrainSpec train, int imagesPerEpoch, int batchHalvings)
    {
        int wanted = Math.Min(train.Batch, imagesPerEpoch);
        int batch = Math.Max(1, wanted >> Math.Min(batchHalvings, 30));
        int accumulate = train.Accumulate * (wanted / batch);
        int batches = (imagesPerEpoch + batch - 1) / batch;
        return new TrainingPlan(batch, accumulate, (batches + accumulate - 1) / accumulate, train.Epochs);
    }

    /// <summary>Hash of all that decides what a run computes, except how its batches are cut; a checkpoint of another run is refused.</summary>
    public static string Fingerprint(TrainerJob job)
    {
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(
            new { job.Settings, job.Fold, job.Classes, Images = job.TrainImages.Select(i => i.ImageId) }, TrainerProtocol.Json);
        return Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 8));
    }
}
