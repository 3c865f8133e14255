using VinCxr.Core.Sweeps;

namespace VinCxr.Training.Loop;

/// <summary>Linear warm-up times a cosine that falls from the peak to <see cref="TrainSpec.FinalLrFraction"/> of it at the last step.</summary>
/// <param name="factor">On all of it; below 1 after a loss that was not finite.</param>
public sealed class LearningRateSchedule(TrainSpec train, int stepsPerEpoch, double factor = 1)
{
    private readonly double _total = (double)train.Epochs * stepsPerEpoch;

    // A warm-up longer than half the run would never reach the peak.
    private readonly double _warmup = Math.Min(train.WarmupEpochs * stepsPerEpoch, train.Epochs * stepsPerEpoch / 2.0);

    /// <param name="step">1-based optimizer step.</param>
    public double At(long step)
    {
        double progress = _total > 1 ? (step - 1) / (_total - 1) : 1;
        double cosine = train.FinalLrFraction + (1 - train.FinalLrFraction) * (1 + Math.Cos(Math.PI * progress)) / 2;
        double ramp = _warmup > 0 ? Math.Min(1, step / _warmup) : 1;
        return train.Lr * factor * cosine * ramp;
    }
}
