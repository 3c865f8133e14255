using System.Globalization;
using System.Reflection;
using System.Text.Json;
using OpenCvSharp;
using TorchSharp;
using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Core.Trials;
using VinCxr.Data.Activations;
using VinCxr.Data.Predictions;
using VinCxr.Data.Sharding;
using VinCxr.Training.Loading;
using VinCxr.Training.Loop;
using VinCxr.Training.Models;
using VinCxr.Training.Weights;

namespace VinCxr.Training.Process;

/// <summary>The trainer process: one job, messages out, commands in.</summary>
public static class TrainerEntry
{
    /// <summary>Finished, or stopped on request.</summary>
    public const int Done = 0;

    /// <summary>A <see cref="TrainerFailed"/> says why.</summary>
    public const int Failed = 1;

    /// <summary>The agent went away: the command stream closed or the message pipe broke.</summary>
    public const int Orphaned = 3;

    // Long enough for one step of a small model to end in order, short enough that a lost agent's GPU is soon free.
    private static readonly TimeSpan OrphanGrace = TimeSpan.FromSeconds(2);

    /// <summary>Runs the job of a <see cref="TrainerJob"/> file to its end.</summary>
    /// <param name="commands">One <see cref="TrainerCommand"/> per line; its end means exit now.</param>
    /// <param name="messages">Takes one <see cref="TrainerMessage"/> per line.</param>
    /// <param name="log">Text for people.</param>
    /// <param name="cancellationToken">As the end of the command stream.</param>
    /// <returns><see cref="Done"/>, <see cref="Failed"/> or <see cref="Orphaned"/>, the exit code.</returns>
    public static async Task<int> RunAsync(
        string jobPath, TextReader commands, TextWriter messages, TextWriter log, CancellationToken cancellationToken)
    {
        var orphaned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stop = new StopFlag();
        // Left to the end of the process: commands may still arrive while it ends.
        var gate = new CheckpointGate();
        Task<int> training = Task.Factory.StartNew(
            () => Guard(jobPath, messages, log, stop, gate, orphaned.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task closed = Task.Run(() => Listen(commands, stop, gate, log), CancellationToken.None);
        await Task.WhenAny(training, closed);
        if (!training.IsCompleted)
        {
            await orphaned.CancelAsync();
            await Task.WhenAny(training, Task.Delay(OrphanGrace, CancellationToken.None));
            return Orphaned;
        }

        return await training;
    }

    private static void Listen(TextReader commands, StopFlag stop, CheckpointGate gate, TextWriter log)
    {
        while (commands.ReadLine() is { } line)
        {
            try
            {
                var command = JsonSerializer.Deserialize<TrainerCommand>(line, TrainerProtocol.Json);
                if (command == TrainerCommand.Stop)
                {
                    stop.Requested = true;
                    gate.Open();
                    continue;
                }

                if (command == TrainerCommand.Committed)
                {
                    gate.Committed();
                    continue;
                }
            }
            catch (JsonException)
            {
                // Reported below, as any other line that is no command.
            }

            log.WriteLine($"unknown command '{line}'; known: {{\"type\":\"stop\"}}, {{\"type\":\"committed\"}}");
        }
    }

    private static int Guard(
        string jobPath, TextWriter messages, TextWriter log, StopFlag stop, CheckpointGate gate, CancellationToken cancellationToken)
    {
        bool awaitsCommits = false;
        void Send(TrainerMessage message)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (message is TrainerCheckpoint && awaitsCommits)
            {
                gate.WaitForPrevious(cancellationToken);
            }

            messages.WriteLine(message.ToLine());
            messages.Flush();
        }

        try
        {
            var job = ReadJob(jobPath);
            awaitsCommits = job.AwaitsCommits;
            Train(job, Send, log, stop, cancellationToken);
            return Done;
        }
        catch (OperationCanceledException)
        {
            return Orphaned;
        }
        catch (Exception error)
        {
            // The last line of defence of a process: whatever happened must reach the agent as a message.
            log.WriteLine(error);
            try
            {
                Send(new TrainerFailed(FailureKind.Of(error), FailureKind.Describe(error)));
                return Failed;
            }
            catch (Exception lost) when (lost is IOException or ObjectDisposedException or OperationCanceledException)
            {
                return Orphaned;
            }
        }
    }

    private static TrainerJob ReadJob(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainerJob>(File.ReadAllText(path), TrainerProtocol.Json)
                ?? throw new InvalidInputException($"job file '{path}' is empty");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InvalidInputException($"job file '{path}' cannot be read: {error.Message}", error);
        }
    }

    private static void Train(TrainerJob job, Action<TrainerMessage> send, TextWriter log, StopFlag stop, CancellationToken cancellationToken)
    {
        PrepareLibraries(job, log);
        using var shards = new ShardReader(job.ShardPaths);
        var source = new ShardImageSource(shards);
        foreach (LabelledImage image in job.TrainImages.Concat(job.ValidationImages))
        {
            source.Describe(image.ImageId);
        }

        int classes = job.Classes.Findings.Count, seed = job.Settings.Train.Seed;
        using Detector model = ModelCatalog.Create(job.Settings.Model, classes, seed);
        using Detector average = ModelCatalog.Create(job.Settings.Model, classes, seed);
        using var trainer = new Trainer(job, source, model, average, send);
        if (job.LrFactor != 1)
        {
            log.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"-- the loss was not finite before: learning rate times {job.LrFactor}, from epoch {trainer.Epoch}"));
        }

        long parameters = model.parameters().Where(p => p.requires_grad).Sum(p => p.numel());
        send(new TrainerStarted(trainer.Epoch, job.Settings.Train.Epochs, parameters, job.Device, CodeVersion()));
        if (trainer.Run(() => stop.Requested, cancellationToken) is { } checkpoint)
        {
            send(new TrainerStopped(trainer.Epoch, checkpoint));
            return;
        }

        string predictions = Path.Combine(job.WorkDirectory, "predictions.csv"), weights = Path.Combine(job.WorkDirectory, "weights.safetensors");
        string maps = Path.Combine(job.WorkDirectory, "activations.maps");
        (IReadOnlyList<Prediction> rows, bool hasMaps) = PredictWithMaps(trainer, maps, cancellationToken);
        using (var file = new StreamWriter(predictions))
        {
            PredictionCsv.WriteLong(file, rows);
        }

        ModuleWeights.Save(trainer.Average, weights, new Dictionary<string, string> { ["trial"] = job.TrialId, ["code_version"] = CodeVersion() });
        send(new TrainerFinished(trainer.Epoch, predictions, weights, hasMaps ? maps : null));
    }

    private static (IReadOnlyList<Prediction> Rows, bool HasMaps) PredictWithMaps(Trainer trainer, string path, CancellationToken cancellationToken)
    {
        using FileStream file = File.Create(path);
        var writer = new ActivationMapWriter(file);
        IReadOnlyList<Prediction> rows = trainer.Predict(cancellationToken, writer.Add);
        writer.Complete();
        return (rows, writer.Count > 0);
    }

    private static void PrepareLibraries(TrainerJob job, TextWriter log)
    {
        if (job.Settings.Model.Weights != "none")
        {
            throw new InvalidInputException($"model.weights: '{job.Settings.Model.Weights}' cannot be used by this trainer; allowed: none");
        }

        if (job.Settings.Train.Precision == "bf16")
        {
            log.WriteLine("train.precision bf16 is not supported by this trainer; fp32 is used");
        }

        if (job.Threads > 0)
        {
            torch.set_num_threads(job.Threads);
        }

        // Batches are built on several threads already.
        Cv2.SetNumThreads(0);
        torch.manual_seed(job.Settings.Train.Seed);
    }

    private static string CodeVersion() =>
        typeof(TrainerEntry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private sealed class StopFlag
    {
        private volatile bool _requested;

        public bool Requested
        {
            get => _requested;
            set => _requested = value;
        }
    }
}
