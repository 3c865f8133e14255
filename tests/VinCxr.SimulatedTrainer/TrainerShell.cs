using System.Diagnostics;
using System.Text.Json;
using VinCxr.Core.Simulation;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Simulation;

namespace VinCxr.SimulatedTrainer;

/// <summary>A simulated attempt as a process: it speaks the trainer protocol, obeys its agent and dies with it, also of the signals of its script.</summary>
internal sealed class TrainerShell(TrainerJob job, TextReader commands, TextWriter messages) : IDisposable
{
    private const int Orphaned = 3;

    private readonly CancellationTokenSource _stop = new();
    private readonly CheckpointGate _gate = new();

    /// <returns>The exit code, unless the attempt dies of a signal.</returns>
    public async Task<int> RunAsync(SimulationScript script, TimeProvider time)
    {
        _ = Task.Factory.StartNew(Listen, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var exit = await new SimulatedAttempt(script, job, time, Send, Console.Error.WriteLine).RunAsync(_stop.Token, CancellationToken.None);

        // The runtime offers no way to send oneself a signal. Its own handler of SIGSEGV swallows the first one that no instruction caused.
        while (exit.Signal is { } signal)
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{Environment.ProcessId}"]);
            await kill.WaitForExitAsync();
        }

        return exit.Code;
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

    private void Send(TrainerMessage message)
    {
        if (message is TrainerCheckpoint && job.AwaitsCommits)
        {
            _gate.WaitForPrevious(CancellationToken.None);
        }

        try
        {
            messages.WriteLine(message.ToLine());
            messages.Flush();
        }
        catch (IOException)
        {
            Environment.Exit(Orphaned);
        }
    }
}
