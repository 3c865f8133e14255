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
    /// What halving takes from the batch it gives to the accumulation, so that an optimizer step keeps seeing the same number of images
    /// (<see cref="BatchHalving"/>); the batch is never larger than the epoch.
    /// </summary>
    /// <param name="imagesPerEpoch">At least 1.</param>
    public static TrainingPlan For(TrainSpec train, int imagesPerEpoch, int batchHalvings)
    {
        int wanted = Math.Min(train.Batch, imagesPerEpoch);
        int batch = BatchHalving.Batch(wanted, batchHalvings);
        int accumulate = train.Accumulate * (wanted / batch);
        int batches = (imagesPerEpoch + batch - 1) / batch;
        return new TrainingPlan(batch, accumulate, (batches + accumulate - 1) / accumulate, train.Epochs);
    }

    /// <summary>
    /// Hash of all that decides what a run computes, except how its batches are cut and how long it goes on; a checkpoint of another run is refused.
    /// </summary>
    public static string Fingerprint(TrainerJob job) =>
        Hash(job, job.Settings with { Train = job.Settings.Train with { Epochs = 0 } });

    /// <summary>As checkpoints were marked before runs could be extended.</summary>
    public static string FormerFingerprint(TrainerJob job) => Hash(job, job.Settings);

    private static string Hash(TrainerJob job, TrialSettings settings)
    {
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(
            new { Settings = settings, job.Fold, job.Classes, Images = job.TrainImages.Select(i => i.ImageId) }, TrainerProtocol.Json);
        return Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 8));
    }
}
