using System.Diagnostics;
using System.Text.Json;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests;

/// <summary>The trainer of the fault tests has to be a good citizen of the protocol itself, or its faults would prove nothing.</summary>
public sealed class SimulatedTrainerTests
{
    private const string Script = "time: {startup: 0, epoch: 0.1, jitter: 0}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [BoundedFact]
    public async Task Stopped_and_resumed_it_predicts_what_it_predicts_undisturbed()
    {
        using var folder = new TempDirectory();
        using var whole = Run.Start(folder, "whole", Script);
        var messages = await whole.ReadToEndAsync();
        var finished = Assert.IsType<TrainerFinished>(messages[^1]);
        Assert.Equal([1, 2, 3, 4], messages.OfType<TrainerMetrics>().Select(m => m.Epoch));
        Assert.Equal([1, 2, 3, 4], messages.OfType<TrainerCheckpoint>().Select(m => m.Epoch));
        Assert.Equal(0, await whole.ExitCodeAsync());

        using var first = Run.Start(folder, "first", Script);
        while (await first.ReadAsync() is not TrainerCheckpoint)
        {
        }

        await first.SendAsync("""{"type":"stop"}""");
        var stopped = Assert.IsType<TrainerStopped>((await first.ReadToEndAsync())[^1]);
        Assert.InRange(stopped.Epoch, 1, 3);
        Assert.Equal(0, await first.ExitCodeAsync());

        using var second = Run.Start(folder, "second", Script, resumeFrom: stopped.CheckpointPath);
        var rest = await second.ReadToEndAsync();
        Assert.Equal(stopped.Epoch, Assert.IsType<TrainerStarted>(rest[0]).StartEpoch);
        Assert.Equal(stopped.Epoch + 1, rest.OfType<TrainerMetrics>().First().Epoch);
        string again = Assert.IsType<TrainerFinished>(rest[^1]).PredictionsPath;
        Assert.Equal(await File.ReadAllTextAsync(finished.PredictionsPath, Cancel), await File.ReadAllTextAsync(again, Cancel));
    }

    [BoundedFact]
    public async Task It_ends_when_its_agent_is_gone()
    {
        using var folder = new TempDirectory();
        using var run = Run.Start(folder, "orphan", "time: {startup: 0, epoch: 1000}");
        Assert.IsType<TrainerStarted>(await run.ReadAsync());
        run.CloseInput();
        Assert.Equal(3, await run.ExitCodeAsync());
    }

    [Theory]
    [InlineData("mishaps: [{kind: crash, epoch: 2, signal: 11}]", 128 + 11)]
    [InlineData("mishaps: [{kind: crash, epoch: 2, exit_code: 42}]", 42)]
    [InlineData("mishaps: [{kind: oom, epoch: 2}]", 1)]
    public async Task It_meets_the_mishaps_of_its_script(string mishap, int exitCode)
    {
        using var folder = new TempDirectory();
        using var run = Run.Start(folder, "mishap", $"{Script}\n{mishap}");
        var messages = await run.ReadToEndAsync();
        Assert.Equal([1], messages.OfType<TrainerMetrics>().Select(m => m.Epoch));
        Assert.Equal(exitCode, await run.ExitCodeAsync());
        Assert.Equal(exitCode == 1, messages[^1] is TrainerFailed { Kind: "oom" });
    }

    private sealed class Run : IDisposable
    {
        private readonly Process _process;

        private Run(Process process) => _process = process;

        public static Run Start(TempDirectory folder, string name, string script, string? resumeFrom = null)
        {
            string scriptPath = folder.File($"{name}.yaml"), jobPath = folder.File($"{name}.json"), work = folder.File(name);
            Directory.CreateDirectory(work);
            File.WriteAllText(scriptPath, script);
            var images = Enumerable.Range(0, 20).Select(i => new LabelledImage($"i{i}", 64, 64, false, [new LabelledBox(i % 2, new Box(10, 10, 30, 40), 1)]));
            var job = new TrainerJob
            {
                TrialId = "sweep-abc123-v0-f0",
                LeaseEpoch = 1,
                Fold = 0,
                Settings = new TrialSettings { Train = new TrainSpec { Epochs = 4 } },
                Checkpoint = new CheckpointSpec(),
                Classes = ClassList.VinBigData,
                WorkDirectory = work,
                ShardPaths = [],
                TrainImages = [],
                ValidationImages = [.. images],
                ResumeFrom = resumeFrom,
            };
            File.WriteAllText(jobPath, JsonSerializer.Serialize(job, TrainerProtocol.Json));
            string[] arguments = [Path.Combine(AppContext.BaseDirectory, "VinCxr.SimulatedTrainer.dll"), "--script", scriptPath, "trainer", "--job", jobPath];
            return new Run(Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!);
        }

        public async Task<TrainerMessage?> ReadAsync() =>
            await _process.StandardOutput.ReadLineAsync(Cancel) is { } line ? TrainerMessage.Parse(line) ?? throw new InvalidDataException(line) : null;

        public async Task<IReadOnlyList<TrainerMessage>> ReadToEndAsync()
        {
            List<TrainerMessage> messages = [];
            while (await ReadAsync() is { } message)
            {
                messages.Add(message);
            }

            return messages;
        }

        public async Task SendAsync(string line)
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync(Cancel);
        }

        public void CloseInput() => _process.StandardInput.Close();

        public async Task<int> ExitCodeAsync()
        {
            await _process.WaitForExitAsync(Cancel);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
        }
    }
}
