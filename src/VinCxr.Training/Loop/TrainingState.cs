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

    /// <exception cref="DivergenceException">A weight or a moment is not finite: nobody could go on from it, and nothing is written.</exception>
    public void Save(string path)
    {
        RequireFinite();
        using Tensor random = get_rng_state();
        CheckpointFile.Write(path, new CheckpointHeader(Epoch, StepInEpoch, Step, BestScore, Metrics.Sums, _fingerprint), Tensors(random));
    }

    /// <summary>Goes on where a checkpoint ends.</summary>
    /// <param name="fingerprints">Set-ups whose checkpoints will do; null takes any that fits the model and optimizer (a fork).</param>
    /// <exception cref="CheckpointException">The file is missing, damaged, or of another run.</exception>
    public void Restore(string path, IReadOnlyCollection<string>? fingerprints)
    {
        using Tensor random = get_rng_state();
        CheckpointHeader header = CheckpointFile.Read(path, Tensors(random), fingerprints);
        set_rng_state(random);
        (Epoch, StepInEpoch, Step, BestScore) = (header.Epoch, header.StepInEpoch, header.Step, header.BestScore);
        Metrics = new EpochMetrics(header.EpochSums);
    }

    /// <summary>Takes the averaged weights of a checkpoint, of any run of this model, and nothing else: training starts at epoch 0.</summary>
    /// <exception cref="CheckpointException">The file is missing or damaged, or of another model.</exception>
    public void RestoreWeights(string path)
    {
        CheckpointFile.ReadSome(path, [.. ModuleState.Of(Model).Select(t => ($"average.{t.Name}", t.Value))]);
        Average.Reset();
    }

    private void RequireFinite()
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        using Tensor random = get_rng_state();
        foreach ((string name, Tensor value) in Tensors(random).Where(t => t.Value.is_floating_point()))
        {
            if (!value.isfinite().all().item<bool>())
            {
                throw new DivergenceException($"'{name}' is not finite after {Step} optimizer steps; lower train.lr or lengthen train.warmup_epochs");
            }
        }
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
