using System.Collections.Concurrent;
using System.Threading.Channels;
using VinCxr.Core.Detection;
using VinCxr.Core.Trials;
using VinCxr.Data.Predictions;
using VinCxr.Orchestration.Agents;

namespace VinCxr.Orchestration.Tests.Fakes;

/// <summary>
/// Speaks the trainer's protocol without training: a checkpoint and a score each epoch, predictions whose quality follows the learning
/// rate. <see cref="Script"/> decides what happens after each epoch.
/// </summary>
internal sealed class FakeTrainer : ITrainerLauncher
{
    private readonly ConcurrentQueue<TrainerJob> _launched = new();
    private readonly ConcurrentQueue<(string TrialId, int Epoch)> _trained = new();
    private int _running;
    private int _peak;

    /// <summary>Called after each epoch; a returned message ends the attempt, null goes on, <see cref="Vanish"/> ends it without a word.</summary>
    public Func<TrainerJob, int, CancellationToken, Task<TrainerMessage?>> Script { get; set; } = (_, _, _) => Task.FromResult<TrainerMessage?>(null);

    /// <summary>Interim score of a job's epoch.</summary>
    public Func<TrainerJob, int, double> Score { get; set; } = (_, epoch) => 0.1 * epoch;

    /// <summary>Text of the checkpoint after an epoch; begins with the epoch, which a resumed attempt reads.</summary>
    public Func<TrainerJob, int, string> Checkpoint { get; set; } = (_, epoch) => $"{epoch}";

    /// <summary>Whether an attempt says that the checkpoint it was given is damaged.</summary>
    public Func<TrainerJob, bool> RefusesCheckpoint { get; set; } = _ => false;

    /// <summary>Whether attempts write activation maps: a text that names the trial.</summary>
    public bool HasMaps { get; set; }

    public static TrainerMessage Vanish { get; } = new TrainerFailed("vanish", "");

    public IReadOnlyCollection<TrainerJob> Launched => _launched;

    /// <summary>Every epoch trained by any attempt.</summary>
    public IReadOnlyCollection<(string TrialId, int Epoch)> Trained => _trained;

    /// <summary>Most trainers that ran at once.</summary>
    public int Peak => _peak;

    public int Running => _running;

    public Task<ITrainerProcess> LaunchAsync(TrainerJob job, int slot, Action<string> onLogLine, CancellationToken cancellationToken)
    {
        _launched.Enqueue(job);
        onLogLine($"fake trainer on slot {slot}");
        return Task.FromResult<ITrainerProcess>(new Attempt(this, job));
    }

    private sealed class Attempt : ITrainerProcess
    {
        private readonly Channel<TrainerMessage> _messages = Channel.CreateUnbounded<TrainerMessage>();
        private readonly CancellationTokenSource _kill = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly FakeTrainer _owner;
        private readonly TrainerJob _job;
        private readonly Task _work;

        public Attempt(FakeTrainer owner, TrainerJob job)
        {
            (_owner, _job) = (owner, job);
            int running = Interlocked.Increment(ref owner._running);
            InterlockedMax(ref owner._peak, running);
            _work = Task.Run(WorkAsync);
        }

        public async ValueTask<TrainerMessage?> ReadAsync(CancellationToken cancellationToken) =>
            await _messages.Reader.WaitToReadAsync(cancellationToken) && _messages.Reader.TryRead(out var message) ? message : null;

        public Task SendAsync(TrainerCommand command) => command.Type == "stop" ? _stop.CancelAsync() : Task.CompletedTask;

        public Task<int> ExitCodeAsync() => Task.FromResult(139);

        public async ValueTask DisposeAsync()
        {
            await _kill.CancelAsync();
            await _work;
            Interlocked.Decrement(ref _owner._running);
        }

        private static void InterlockedMax(ref int target, int value)
        {
            int seen;
            while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
            {
            }
        }

        private async Task WorkAsync()
        {
            try
            {
                await foreach (var message in TrainAsync())
                {
                    _messages.Writer.TryWrite(message);
                }
            }
            catch (OperationCanceledException)
            {
                // Killed.
            }
            finally
            {
                _messages.Writer.TryComplete();
            }
        }

        private async IAsyncEnumerable<TrainerMessage> TrainAsync()
        {
            if (_job.ResumeFrom is not null && _owner.RefusesCheckpoint(_job))
            {
                yield return new TrainerFailed("checkpoint", "its sha256 does not match");
                yield break;
            }

            int start = _job.ResumeFrom is { } resume ? int.Parse((await File.ReadAllTextAsync(resume)).Split(' ')[0]) : 0;
            int epochs = _job.Settings.Train.Epochs;
            yield return new TrainerStarted(start, epochs, 1000, "fake", "fake-1");
            for (int epoch = start + 1; epoch <= epochs; epoch++)
            {
                _owner._trained.Enqueue((_job.TrialId, epoch));
                yield return new TrainerMetrics(epoch, epoch * 10, new Dictionary<string, double> { ["loss"] = 1.0 / epoch, ["map40"] = _owner.Score(_job, epoch) });
                string checkpoint = Path.Combine(_job.WorkDirectory, $"{epoch}.ckpt");
                await File.WriteAllTextAsync(checkpoint, _owner.Checkpoint(_job, epoch), _kill.Token);
                yield return new TrainerCheckpoint(epoch, checkpoint, IsBest: true);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(_kill.Token, _stop.Token);
                TrainerMessage? end;
                try
                {
                    end = await _owner.Script(_job, epoch, either.Token);
                }
                catch (OperationCanceledException) when (_stop.IsCancellationRequested && !_kill.IsCancellationRequested)
                {
                    end = new TrainerStopped(epoch, null);
                }

                if (end is not null)
                {
                    if (end != Vanish)
                    {
                        yield return end;
                    }

                    yield break;
                }
            }

            yield return new TrainerFinished(epochs, await PredictAsync(), await WriteAsync("weights.safetensors", _job.TrialId), _owner.HasMaps ? await WriteAsync("activations.maps", $"maps of {_job.TrialId}") : null);
        }

        /// <summary>True boxes moved by up to 10 pixels at learning rate 0 and not at all at 0.1, plus a fixed share of false ones.</summary>
        private async Task<string> PredictAsync()
        {
            double shift = Math.Max(0, 10 - (100 * _job.Settings.Train.Lr));
            List<Prediction> predictions = [];
            foreach (var image in _job.ValidationImages)
            {
                predictions.AddRange(image.Boxes.Select(b =>
                    new Prediction(image.ImageId, b.ClassId, 0.9, new Box(b.Box.XMin + shift, b.Box.YMin, b.Box.XMax + shift, b.Box.YMax))));
                if (image.IsNormal && _job.Classes.NoFindingId is { } normal)
                {
                    predictions.Add(new Prediction(image.ImageId, normal, 0.8, Box.NoFinding));
                }
            }

            string path = Path.Combine(_job.WorkDirectory, "oof.csv");
            await using var text = new StreamWriter(path);
            PredictionCsv.WriteLong(text, predictions);
            return path;
        }

        private async Task<string> WriteAsync(string name, string text)
        {
            string path = Path.Combine(_job.WorkDirectory, name);
            await File.WriteAllTextAsync(path, text);
            return path;
        }
    }
}
