namespace VinCxr.Training.Checkpoints;

/// <summary>Counters of a run; with the tensors of the file they are all of its state.</summary>
/// <param name="Epoch">Epochs completed.</param>
/// <param name="StepInEpoch">Optimizer steps done in the current epoch; 0 between epochs.</param>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="BestScore">Best validation mAP so far, or null before the first validation.</param>
/// <param name="EpochSums">Running sums of the current epoch's metrics.</param>
/// <param name="Fingerprint">What the run was set up with; a checkpoint of another set-up is refused.</param>
public sealed record CheckpointHeader(
    int Epoch, int StepInEpoch, long Step, double? BestScore, IReadOnlyDictionary<string, double> EpochSums, string Fingerprint);
