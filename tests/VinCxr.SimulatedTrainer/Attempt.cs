using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VinCxr.Core;
using VinCxr.Core.Simulation;
using VinCxr.Core.Trials;

namespace VinCxr.SimulatedTrainer;

/// <summary>
/// One attempt that trains nothing and behaves as if it did: it speaks the trainer protocol, writes the files that a trainer writes, resumes from them,
/// obeys its agent, dies with it, and meets the mishaps of its script.
/// </summary>
internal sealed class Attempt(TrainerJob job, SimulationScript script, VirtualClock clock, TextReader commands, TextWriter messages) : IDisposable
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Orphaned = 3;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly CheckpointGate _gate = new();
    private readonly Stopwatch _sinceProgress = Stopwatch.StartNew();

    /// <returns>The exit code, unless the attempt dies of a signal.</returns>
    public async Task<int> RunAsync()
    {
        _ = Task.Factory.StartNew(Listen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        int resumed = ResumeEpoch(), epoch = resumed;
        var trial = SimulatedTrial.Of(script, job);
        foreach (var happening in trial.Plan(new AttemptConditions(job.LeaseEpoch, resumed, job.BatchHalvings, job.LrFactor)))
        {
            int training = epoch;
            await clock.WaitUntilAsync(happening.At, () => SayProgress(training), _stop.Token);
            if (_stop.IsCancellationRequested)
            {
                Send(new TrainerStopped(epoch, WriteCheckpoint(epoch)));
                return Done;
            }

            switch (happening)
            {
                case AttemptBegun begun:
                    Send(new TrainerStarted(begun.StartEpoch, job.Settings.Train.Epochs, 1, job.Device, "simulated"));
                    break;
                case EpochTrained trained:
                    epoch = trained.Epoch;
                    Send(new TrainerMetrics(trained.Epoch, trained.Step, trained.Values));
                    break;
                case CheckpointDue due:
                    if (job.AwaitsCommits)
                    {
                        _gate.WaitForPrevious(CancellationToken.None);
                    }

                    Send(new TrainerCheckpoint(due.Epoch, WriteCheckpoint(due.Epoch), due.IsBest));
                    break;
                case LineLogged line:
                    Console.Error.WriteLine(line.Text);
                    break;
                case AttemptFailed failed:
                    Send(new TrainerFailed(failed.Kind, failed.Message));
                    return Failed;
                case WentSilent:
                    await Task.Delay(Timeout.Infinite);
                    break;
                case ProcessDied died:
                    return Die(died);
                case TrialFinished finished:
                    Send(new TrainerFinished(finished.Epoch, WritePredictions(trial), WriteWeights()));
                    break;
            }
        }

        return Done;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _gate.Dispose();
    }

    private void Listen()
    {
        while (commands.ReadLine() is { } line)
        {
            var command = JsonSerializer.Deserialize<TrainerCommand>(line, TrainerProtocol.Json);
            if (command == TrainerCommand.Stop)
            {
                _stop.Cancel();
                _gate.Open();
            }
            else if (command == TrainerCommand.Committed)
            {
                _gate.Committed();
            }
        }

        // The agent is gone, and so is whoever could say what this attempt is good for.
        Environment.Exit(Orphaned);
    }

    private void SayProgress(int epoch)
    {
        if (_sinceProgress.Elapsed >= ProgressInterval)
        {
            Send(new TrainerProgress(epoch, 1, SimulatedTrial.StepsPerEpoch, 1));
        }
    }

    private void Send(TrainerMessage message)
    {
        try
        {
            messages.WriteLine(message.ToLine());
            messages.Flush();
            _sinceProgress.Restart();
        }
        catch (IOException)
        {
            Environment.Exit(Orphaned);
        }
    }

    private int ResumeEpoch()
    {
        if (job.ResumeFrom is not { } path)
        {
            return 0;
        }

        string text = File.ReadAllText(path);
        return int.TryParse(text, CultureInfo.InvariantCulture, out int epoch) ? epoch : throw new InvalidInputException($"checkpoint '{path}' holds no epoch: '{text}'");
    }

    private string WriteCheckpoint(int epoch) => Write($"checkpoint-{epoch}.txt", $"{epoch}");

    private string WriteWeights() => Write("weights.safetensors", $"simulated weights of {job.TrialId}");

    private string WritePredictions(SimulatedTrial trial) => Write(
        "predictions.csv",
        string.Join('\n', trial.Predict([.. job.ValidationImages], job.Classes)
            .Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.ImageId},{p.ClassId},{p.Confidence:R},{p.Box.XMin:R},{p.Box.YMin:R},{p.Box.XMax:R},{p.Box.YMax:R}"))
            .Prepend("image_id,class_id,confidence,x_min,y_min,x_max,y_max")) + "\n");

    private string Write(string name, string text)
    {
        string path = Path.Combine(job.WorkDirectory, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static int Die(ProcessDied died)
    {
        // The runtime offers no way to send oneself a signal. Its own handler of SIGSEGV swallows the first one that no instruction caused.
        while (died.Signal is { } signal)
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{Environment.ProcessId}"]);
            kill.WaitForExit();
        }

        return died.ExitCode;
    }
}
