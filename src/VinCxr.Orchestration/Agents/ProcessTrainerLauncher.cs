using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using VinCxr.Core;
using VinCxr.Core.Trials;

namespace VinCxr.Orchestration.Agents;

/// <summary>Starts <c>vincxr trainer --job FILE</c>, one process per attempt, spoken to in NDJSON over stdin and stdout.</summary>
/// <param name="command">Executable and leading arguments; <c>trainer --job FILE</c> is appended.</param>
public sealed class ProcessTrainerLauncher(IReadOnlyList<string> command) : ITrainerLauncher
{
    public const string JobFile = "job.json";

    /// <summary>This program itself: the app host it was started by, or <c>dotnet vincxr.dll</c>.</summary>
    public static IReadOnlyList<string> DefaultCommand()
    {
        string own = Environment.ProcessPath ?? "";
        return Path.GetFileNameWithoutExtension(own) == "vincxr" ? [own] : ["dotnet", Path.Combine(AppContext.BaseDirectory, "vincxr.dll")];
    }

    public async Task<ITrainerProcess> LaunchAsync(TrainerJob job, int slot, Action<string> onLogLine, CancellationToken cancellationToken)
    {
        string path = $"{job.WorkDirectory}.{JobFile}";
        await using (var file = File.Create(path))
        {
            await JsonSerializer.SerializeAsync(file, job, TrainerProtocol.Json, cancellationToken);
        }

        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = job.WorkDirectory,
        };
        foreach (string argument in command.Skip(1).Append("trainer").Append("--job").Append(path))
        {
            start.ArgumentList.Add(argument);
        }

        // Idle OpenMP threads that spin starve the trainer beside them: on two busy cores, one trial took ten times its CPU time.
        start.Environment.TryAdd("OMP_WAIT_POLICY", "PASSIVE");
        if (job.Device == "cuda")
        {
            start.Environment["CUDA_VISIBLE_DEVICES"] = string.Join(',', job.Devices);
        }

        try
        {
            return new TrainerProcess(Process.Start(start) ?? throw new TrainingException($"'{command[0]}' did not start"), onLogLine);
        }
        catch (Win32Exception error)
        {
            throw new TrainingException($"the trainer '{command[0]}' cannot be started: {error.Message}; check --trainer", error);
        }
    }

    private sealed class TrainerProcess : ITrainerProcess
    {
        // Progress comes once a second; a backlog this long means the agent is stuck, and then the pipe may fill.
        private readonly Channel<TrainerMessage> _messages = Channel.CreateBounded<TrainerMessage>(1000);
        private readonly Process _process;
        private readonly Task _output;
        private readonly Task _errors;

        public TrainerProcess(Process process, Action<string> onLogLine)
        {
            _process = process;
            _output = ReadMessagesAsync(onLogLine);
            _errors = ReadLogAsync(onLogLine);
        }

        public async ValueTask<TrainerMessage?> ReadAsync(CancellationToken cancellationToken)
        {
            while (await _messages.Reader.WaitToReadAsync(cancellationToken))
            {
                if (_messages.Reader.TryRead(out var message))
                {
                    return message;
                }
            }

            return null;
        }

        public async Task SendAsync(TrainerCommand command)
        {
            try
            {
                await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command, TrainerProtocol.Json));
                await _process.StandardInput.FlushAsync();
            }
            catch (IOException)
            {
                // It is gone; the end of its messages says so.
            }
        }

        public async Task<int> ExitCodeAsync()
        {
            await _process.WaitForExitAsync();
            await _errors;
            return _process.ExitCode;
        }

        public async ValueTask DisposeAsync()
        {
            _messages.Writer.TryComplete();
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // Ended by itself.
            }

            await _process.WaitForExitAsync();
            await Task.WhenAll(_output, _errors);
            _process.Dispose();
        }

        private async Task ReadMessagesAsync(Action<string> onLogLine)
        {
            try
            {
                while (await _process.StandardOutput.ReadLineAsync() is { } line)
                {
                    if (TrainerMessage.Parse(line) is { } message)
                    {
                        await _messages.Writer.WriteAsync(message);
                    }
                    else
                    {
                        onLogLine(line);
                    }
                }
            }
            catch (Exception error) when (error is IOException or ChannelClosedException)
            {
                onLogLine($"reading from the trainer ended: {error.Message}");
            }
            finally
            {
                _messages.Writer.TryComplete();
            }
        }

        private async Task ReadLogAsync(Action<string> onLogLine)
        {
            while (await _process.StandardError.ReadLineAsync() is { } line)
            {
                onLogLine(line);
            }
        }
    }
}
