using System.Text.Json;
using VinCxr.Core;
using VinCxr.Core.Simulation;
using VinCxr.Core.Trials;
using VinCxr.Data.Predictions;

namespace VinCxr.Orchestration.Simulation;

/// <summary>
/// One attempt of a simulated trainer: sends what a real one would, at the times of the script, and writes small files where a real one writes large ones.
/// </summary>
/// <param name="send">Takes the messages of the trainer's protocol, one after the other.</param>
/// <param name="log">Takes what a real trainer writes to its log.</param>
public sealed class SimulatedAttempt(SimulationScript script, TrainerJob job, TimeProvider time, Action<TrainerMessage> send, Action<string> log)
{
    /// <summary>Names the version of this simulation where a real trainer names its own.</summary>
    public const string CodeVersion = "simulated-1";

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    private readonly SimulatedTrial _trial = SimulatedTrial.Of(script, job);
    private readonly long _start = time.GetTimestamp();
    private int _epoch;

    /// <param name="stop">Asks for a checkpoint and a clean end. The epoch under way is lost.</param>
    /// <param name="kill">Ends it at once.</param>
    /// <returns>How the process ends.</returns>
    /// <exception cref="OperationCanceledException">Killed.</exception>
    public async Task<SimulatedExit> RunAsync(CancellationToken stop, CancellationToken kill)
    {
        string? start = job.ResumeFrom ?? (job.StartFresh ? null : job.StartFrom);
        _epoch = start is null ? 0 : (await SimulatedCheckpoint.ReadAsync(start, kill)).Epoch;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, kill);
            foreach (var happening in _trial.Plan(new AttemptConditions(job.LeaseEpoch, _epoch, job.BatchHalvings, job.LrFactor)))
            {
                if (happening is WentSilent)
                {
                    // A hung trainer does not hear a stop either.
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, kill);
                }

                await WaitUntilAsync(happening.At, either.Token);
                if (await ApplyAsync(happening, kill) is { } exit)
                {
                    return exit;
                }
            }

            throw new TrainingException($"the plan of trial '{job.TrialId}' has no end");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !kill.IsCancellationRequested)
        {
            send(new TrainerStopped(_epoch, _epoch > 0 ? await WriteCheckpointAsync("stopped", kill) : null));
            return default;
        }
    }

    /// <returns>Null to go on.</returns>
    private async Task<SimulatedExit?> ApplyAsync(SimulatedEvent happening, CancellationToken kill)
    {
        switch (happening)
        {
            case AttemptBegun begun:
                send(new TrainerStarted(begun.StartEpoch, job.Settings.Train.Epochs, Parameters: 1000, job.Device, CodeVersion));
                return null;
            case EpochTrained trained:
                _epoch = trained.Epoch;
                send(new TrainerMetrics(trained.Epoch, trained.Step, trained.Values));
                return null;
            case CheckpointDue due:
                send(new TrainerCheckpoint(due.Epoch, await WriteCheckpointAsync("epoch", kill), due.IsBest));
                return null;
            case LineLogged line:
                log(line.Text);
                return null;
            case TrialFinished finished:
                send(new TrainerFinished(finished.Epoch, await WritePredictionsAsync(kill), await WriteWeightsAsync(kill)));
                return default(SimulatedExit);
            case AttemptFailed failed:
                send(new TrainerFailed(failed.Kind, failed.Message));
                return new SimulatedExit(1, null);
            case ProcessDied died:
                return new SimulatedExit(died.ExitCode, died.Signal);
            default:
                throw new TrainingException($"a simulated trainer cannot do '{happening.GetType().Name}'");
        }
    }

    /// <summary>Says that it lives while it waits.</summary>
    private async Task WaitUntilAsync(TimeSpan at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (at - time.GetElapsedTime(_start) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < ProgressInterval ? left : ProgressInterval, time, cancellationToken);
            if (left > ProgressInterval)
            {
                send(new TrainerProgress(_epoch, 0, SimulatedTrial.StepsPerEpoch, 0));
            }
        }
    }

    private async Task<string> WriteCheckpointAsync(string reason, CancellationToken kill)
    {
        // A sent file belongs to its reader, so no name is used twice.
        string path = Path.Combine(job.WorkDirectory, $"{reason}-{_epoch:D8}.ckpt");
        await SimulatedCheckpoint.WriteAsync(path, new SimulatedCheckpoint(job.TrialId, _epoch), kill);
        return path;
    }

    private async Task<string> WritePredictionsAsync(CancellationToken kill)
    {
        string path = Path.Combine(job.WorkDirectory, "oof.csv");
        await using var text = new StreamWriter(path);
        PredictionCsv.WriteLong(text, _trial.Predict(job.ValidationImages, job.Classes));
        await text.FlushAsync(kill);
        return path;
    }

    private async Task<string> WriteWeightsAsync(CancellationToken kill)
    {
        string path = Path.Combine(job.WorkDirectory, "weights.safetensors");
        await SimulatedCheckpoint.WriteAsync(path, new SimulatedCheckpoint(job.TrialId, _epoch), kill);
        return path;
    }
}

/// <summary>How a simulated trainer's process ends.</summary>
/// <param name="Code">Exit code as the parent sees it.</param>
/// <param name="Signal">Signal that it has to die of, or null.</param>
public readonly record struct SimulatedExit(int Code, int? Signal);

/// <summary>All the state that a simulated trial has.</summary>
/// <param name="Epoch">Epochs completed.</param>
internal sealed record SimulatedCheckpoint(string TrialId, int Epoch)
{
    public static async Task WriteAsync(string path, SimulatedCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, checkpoint, TrainerProtocol.Json, cancellationToken);
    }

    /// <exception cref="TrainingException">The file is no simulated checkpoint.</exception>
    public static async Task<SimulatedCheckpoint> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync<SimulatedCheckpoint>(file, TrainerProtocol.Json, cancellationToken)
                ?? throw new TrainingException($"checkpoint '{path}' is empty");
        }
        catch (JsonException error)
        {
            throw new TrainingException($"checkpoint '{path}' is not one of a simulated trainer: {error.Message}", error);
        }
    }
}
