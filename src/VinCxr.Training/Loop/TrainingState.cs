using VinCxr.Core.Sweeps;
using VinCxr.Training.Checkpoints;
using VinCxr.Training.Models;
using static TorchSharp.torch;

namespace VinCxr.Training.Loop;

/// <summary>Everything that a checkpoint holds: model, average, optimizer moments, counters and torch's random state.</summary>
public sealed class TrainingState : IDisposable
{
    private readonly IOptimizer _optimizer;
    private readonly string _fingerprint;

    /// <param name="model">On its device, in training mode; not owned.</param>
    /// <param name="average">A second model of the same architecture on the same device; overwritten, not owned.</param>
    public TrainingState(Detector model, Detector average, TrainSpec train, long totalSteps, string fingerprint)
    {
        Model = model;
        _optimizer = Optimizers.Create(train, model.ParameterGroups(train.WeightDecay));
        Average = new WeightAverage(model, average, train.EmaDecay, totalSteps);
        Average.Reset();
        _fingerprint = fingerprint;
    }

    public Detector Model { get; }

    public WeightAverage Average { get; }

    /// <summary>Epochs completed.</summary>
    public int Epoch { get; private set; }

    /// <summary>Optimizer steps done in the current epoch.</summary>
    public int StepInEpoch { get; private set; }

    /// <summary>Optimizer steps done in the run.</summary>
    public long Step { get; private set; }

    public double? BestScore { get; private set; }

    public EpochMetrics Metrics { get; private set; } = new();

    public void ZeroGradients() => _optimizer.ZeroGradients();

    /// <summary>One update of weights and average from the gradients that have been summed.</summary>
    public void Advance(double learningRate)
    {
        Step++;
        StepInEpoch++;
        _optimizer.Step(learningRate, Step);
        Average.Update(Step);
    }

    public void EndEpoch()
    {
        Epoch++;
        StepInEpoch = 0;
        Metrics = new EpochMetrics();
    }

    /// <returns>True when the score beats every earlier one.</returns>
    public bool TakeScore(double score)
    {
        bool isBest = BestScore is not { } best || score > best;
        BestScore = isBest ? score : BestScore;
        return isBest;
    }

    public void Save(string path)
    {
        using Tensor random = get_rng_state();
        CheckpointFile.Write(path, new CheckpointHeader(Epoch, StepInEpoch, Step, BestScore, Metrics.Sums, _fingerprint), Tensors(random));
    }

    /// <exception cref="Core.TrainingException">The file is missing, damaged or of another run.</exception>
    public void Restore(string path)
    {
        using Tensor random = get_rng_state();
        CheckpointHeader header = CheckpointFile.Read(path, Tensors(random), _fingerprint);
        set_rng_state(random);
        (Epoch, StepInEpoch, Step, BestScore) = (header.Epoch, header.StepInEpoch, header.Step, header.BestScore);
        Metrics = new EpochMetrics(header.EpochSums);
    }

    public void Dispose() => _optimizer.Dispose();

    private IReadOnlyList<(string Name, Tensor Value)> Tensors(Tensor random) =>
    [
        .. ModuleState.Of(Model).Select(t => ($"model.{t.Name}", t.Value)),
        .. ModuleState.Of(Average.Average).Select(t => ($"average.{t.Name}", t.Value)),
        .. _optimizer.State.Select(t => ($"optimizer.{t.Name}", t.Value)),
        ("random.torch", random),
    ];
}
