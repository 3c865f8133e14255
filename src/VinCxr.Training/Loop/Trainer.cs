using System.Diagnostics;
using TorchSharp;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Activations;
using VinCxr.Training.Augmentation;
using VinCxr.Training.Loading;
using VinCxr.Training.Models;
using static TorchSharp.torch;

namespace VinCxr.Training.Loop;

/// <summary>
/// Trains one model on one fold: warm-up and cosine, gradient accumulation, clipping, weight average, validation, checkpoints.
/// On the CPU, a run that was stopped and resumed ends with the same bytes as one that was not.
/// Use from one thread only, whose dispose scopes own the tensors.
/// </summary>
public sealed class Trainer : IDisposable
{
    private const double MaxGradientNorm = 10;
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(1);

    private readonly TrainerJob _job;
    private readonly Action<TrainerMessage> _send;
    private readonly Device _device;
    private readonly TrainingPlan _plan;
    private readonly BatchBuilder _batches;
    private readonly LearningRateSchedule _schedule;
    private readonly Validator _validator;
    private readonly TrainingState _state;

    /// <param name="model">On the CPU or the job's device; moved there.</param>
    /// <param name="average">A second model of the same architecture; becomes the weight average.</param>
    /// <param name="send">Takes messages on the training thread.</param>
    /// <exception cref="Checkpoints.CheckpointException">The checkpoint to go on or start from cannot be used.</exception>
    public Trainer(TrainerJob job, IImageSource source, Detector model, Detector average, Action<TrainerMessage> send)
    {
        TrialSettings settings = job.Settings;
        (_job, _send) = (job, send);
        _device = new Device(job.Device);
        model.to(_device);
        average.to(_device);
        var sampler = new EpochSampler(job.TrainImages, settings.Train.NegativeRatio, settings.Train.Seed);
        _plan = TrainingPlan.For(settings.Train, sampler.Count, job.BatchHalvings);
        var reader = new SampleReader(source, job.Classes, settings.Model.ImageSize);
        _batches = new BatchBuilder(sampler, new AugmentationPipeline(reader, settings.Augment), _plan.Batch, settings.Train.Seed);
        _schedule = new LearningRateSchedule(settings.Train, _plan.StepsPerEpoch, job.LrFactor);
        _validator = new Validator(job, source, _device);
        _state = new TrainingState(model, average, settings.Train, _plan.TotalSteps, TrainingPlan.Fingerprint(job));
        Restore();
    }

    /// <summary>Epochs completed.</summary>
    public int Epoch => _state.Epoch;

    /// <summary>The weight average, which is what gets evaluated and stored.</summary>
    public Detector Average => _state.Average.Average;

    /// <summary>Out-of-fold predictions of the averaged weights; progress is sent meanwhile.</summary>
    /// <param name="mapped">Given the activation map of every held-out image, of a model that has them; null makes none.</param>
    public IReadOnlyList<Prediction> Predict(CancellationToken cancellationToken, Action<ActivationMap>? mapped = null)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan last = TimeSpan.Zero;
        return _validator.Predict(
            Average,
            images =>
            {
                if (clock.Elapsed - last >= ProgressPeriod)
                {
                    last = clock.Elapsed;
                    _send(new TrainerProgress(_state.Epoch, _plan.StepsPerEpoch, _plan.StepsPerEpoch, images / clock.Elapsed.TotalSeconds, images));
                }
            },
            mapped,
            cancellationToken);
    }

    /// <summary>Trains to the end of the run, or until a stop is asked for.</summary>
    /// <param name="stopRequested">Asked after every optimizer step.</param>
    /// <returns>Null at the end of the run, or the checkpoint written on the way out.</returns>
    /// <exception cref="DivergenceException">The loss or the gradient is not finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is written.</exception>
    public string? Run(Func<bool> stopRequested, CancellationToken cancellationToken)
    {
        while (_state.Epoch < _plan.Epochs)
        {
            var clock = Stopwatch.StartNew();
            if (!RunEpoch(clock, stopRequested, cancellationToken))
            {
                string path = CheckpointPath("stopped");
                _state.Save(path);
                return path;
            }

            FinishEpoch(clock, cancellationToken);
        }

        return null;
    }

    public void Dispose() => _state.Dispose();

    private void Restore()
    {
        if (_job.ResumeFrom is { } own)
        {
            _state.Restore(own, [TrainingPlan.Fingerprint(_job), TrainingPlan.FormerFingerprint(_job)]);
        }
        else if (_job.StartFrom is { } other && _job.StartFresh)
        {
            _state.RestoreWeights(other);
        }
        else if (_job.StartFrom is { } forked)
        {
            _state.Restore(forked, fingerprints: null);
        }
    }

    /// <returns>False when stopped before the epoch's last step.</returns>
    private bool RunEpoch(Stopwatch clock, Func<bool> stopRequested, CancellationToken cancellationToken)
    {
        _state.Model.train();
        int workers = Math.Clamp(Environment.ProcessorCount, 2, 8);
        using var loader = new BatchLoader(_batches, _state.Epoch, _state.StepInEpoch * _plan.Accumulate, workers, cancellationToken);
        TimeSpan lastProgress = TimeSpan.Zero;
        int firstStep = _state.StepInEpoch;
        while (_state.StepInEpoch < _plan.StepsPerEpoch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (stopRequested())
            {
                return false;
            }

            RunStep(loader);
            if (clock.Elapsed - lastProgress >= ProgressPeriod)
            {
                lastProgress = clock.Elapsed;
                double images = (double)(_state.StepInEpoch - firstStep) * _plan.Accumulate * _plan.Batch;
                _send(new TrainerProgress(_state.Epoch, _state.StepInEpoch, _plan.StepsPerEpoch, images / clock.Elapsed.TotalSeconds));
            }
        }

        return true;
    }

    private void RunStep(BatchLoader loader)
    {
        using var scope = NewDisposeScope();
        _state.ZeroGradients();
        for (int i = 0; i < _plan.Accumulate && loader.Next() is { } batch; i++)
        {
            using var batchScope = NewDisposeScope();
            using (batch)
            {
                (Tensor images, TargetBatch targets) = batch.ToTensors(_device);
                DetectorLoss loss = _state.Model.ComputeLoss(images, targets);
                _state.Metrics.Add(loss, batch.Images, _state.Epoch, _state.Step);
                loss.Total.backward();
            }
        }

        double norm = nn.utils.clip_grad_norm_(_state.Model.parameters(), MaxGradientNorm);
        if (!double.IsFinite(norm))
        {
            throw new DivergenceException(
                $"the gradient norm is {norm} in epoch {_state.Epoch + 1}, after {_state.Step} optimizer steps; lower train.lr or lengthen train.warmup_epochs");
        }

        _state.Advance(_schedule.At(_state.Step + 1));
    }

    private void FinishEpoch(Stopwatch clock, CancellationToken cancellationToken)
    {
        Dictionary<string, double> values = _state.Metrics.Means();
        double seconds = clock.Elapsed.TotalSeconds;
        values["lr"] = _schedule.At(_state.Step);
        values["epoch_seconds"] = seconds;
        values["images_per_second"] = _batches.BatchesPerEpoch * _batches.BatchSize / seconds;
        _state.EndEpoch();
        bool isBest = _state.Epoch % _plan.ValidateEvery == 0 || _state.Epoch == _plan.Epochs ? Validate(values, cancellationToken) : false;
        values["memory_mb"] = Environment.WorkingSet / (1024.0 * 1024);
        _send(new TrainerMetrics(_state.Epoch, _state.Step, values));
        // The last one keeps a finished run from being trained again, and lets it be extended.
        if (_state.Epoch % Math.Max(1, _job.Checkpoint.EveryEpochs) == 0 || _state.Epoch == _plan.Epochs)
        {
            string path = CheckpointPath("epoch");
            _state.Save(path);
            _send(new TrainerCheckpoint(_state.Epoch, path, isBest));
        }
    }

    private bool Validate(Dictionary<string, double> values, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        foreach ((string name, double value) in _validator.Score(Predict(cancellationToken)))
        {
            values[name] = value;
        }

        values["validation_seconds"] = clock.Elapsed.TotalSeconds;
        return values.TryGetValue("map40", out double score) && _state.TakeScore(score);
    }

    /// <summary>
    /// A sent file belongs to its reader, who may be deleting it by now: a stop on the step that ended an epoch must not write to the same path.
    /// </summary>
    private string CheckpointPath(string reason) => Path.Combine(_job.WorkDirectory, $"{reason}-{_state.Step:D8}.ckpt");
}
