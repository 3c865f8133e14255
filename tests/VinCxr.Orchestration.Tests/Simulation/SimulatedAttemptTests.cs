using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Simulation;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Predictions;
using VinCxr.Orchestration.Agents;
using VinCxr.Orchestration.Simulation;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Simulation;

public sealed class SimulatedAttemptTests : IDisposable
{
    private static readonly SimulationScript Instant = new() { Time = new TimeScript(Startup: 0, Epoch: 0) };

    private readonly TempDirectory _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_speaks_the_protocol_to_its_end()
    {
        var (messages, code) = await RunAsync(Instant, Job());
        Assert.Equal(
            ["started 0", "metrics 1", "checkpoint 1", "metrics 2", "checkpoint 2", "metrics 3", "checkpoint 3", "finished 3"], messages.Select(Describe));
        Assert.Equal(0, code);
        Assert.Equal(4, PredictionCsv.Read(((TrainerFinished)messages[^1]).PredictionsPath).Count);
    }

    [Fact]
    public async Task A_resumed_attempt_ends_with_the_bytes_of_an_undisturbed_one()
    {
        var (whole, _) = await RunAsync(Instant, Job());
        string checkpoint = whole.OfType<TrainerCheckpoint>().First().Path;
        var (resumed, _) = await RunAsync(Instant, Job(attempt: 2) with { ResumeFrom = checkpoint });
        Assert.Equal(["started 1", "metrics 2", "checkpoint 2", "metrics 3", "checkpoint 3", "finished 3"], resumed.Select(Describe));
        Assert.Equal(
            await File.ReadAllTextAsync(((TrainerFinished)whole[^1]).PredictionsPath, Cancel),
            await File.ReadAllTextAsync(((TrainerFinished)resumed[^1]).PredictionsPath, Cancel));
        Assert.Equal(whole.OfType<TrainerMetrics>().Skip(1).Select(m => m.ToLine()), resumed.OfType<TrainerMetrics>().Select(m => m.ToLine()));
    }

    [Fact]
    public async Task Time_passes_as_the_script_says_and_it_shows_that_it_lives()
    {
        var time = new SteppedTime();
        var script = new SimulationScript { Time = new TimeScript(Startup: 2, Epoch: 10, Spread: 0, Jitter: 0) };
        List<string> sent = [];
        using var enough = new CancellationTokenSource();

        // The hour is that of sending: whoever reads may be late, and the clock has gone on.
        void Send(TrainerMessage message)
        {
            sent.Add($"{Describe(message)} at {(time.GetUtcNow() - time.Start).TotalSeconds}");
            if (message is TrainerMetrics)
            {
                enough.Cancel();
            }
        }

        var run = Task.Run(() => new SimulatedAttempt(script, Job(), time, Send, _log.Add).RunAsync(CancellationToken.None, enough.Token), Cancel);
        while (await Task.WhenAny(run, time.WhenArmedAsync(Cancel)) != run)
        {
            time.Step();
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(["progress at 1", "started 0 at 2", .. Enumerable.Range(3, 9).Select(second => $"progress at {second}"), "metrics 1 at 12"], sent);
    }

    [Fact]
    public async Task Asked_to_stop_it_leaves_the_last_whole_epoch()
    {
        var time = new SteppedTime();
        var script = new SimulationScript { Time = new TimeScript(Startup: 0, Epoch: 0.5, Spread: 0, Jitter: 0) };
        var job = Job() with { Settings = new TrialSettings { Train = new TrainSpec { Epochs = 10 } } };
        await using var process = await new SimulatedTrainerLauncher(script, time).LaunchAsync(job, 0, _log.Add, Cancel);
        Assert.Equal("started 0", Describe(await process.ReadAsync(Cancel)));
        Assert.Equal("metrics 1", await NextAsync(process, time));
        Assert.Equal("checkpoint 1", await NextAsync(process, time));
        await process.SendAsync(new TrainerCommand("stop"));

        // The clock may have gone on before the stop arrived.
        string last = "checkpoint 1";
        TrainerMessage? message;
        while ((message = await process.ReadAsync(Cancel)) is TrainerMetrics or TrainerCheckpoint)
        {
            last = Describe(message);
        }

        var stopped = Assert.IsType<TrainerStopped>(message);
        Assert.Equal(last, $"checkpoint {stopped.Epoch}");
        Assert.Null(await process.ReadAsync(Cancel));
        Assert.Equal(0, await process.ExitCodeAsync());
        var (resumed, _) = await RunAsync(Instant, job with { LeaseEpoch = 2, ResumeFrom = stopped.CheckpointPath });
        Assert.Equal($"started {stopped.Epoch}", Describe(resumed[0]));
    }

    [Fact]
    public async Task Mishaps_end_it_as_they_would_end_a_process()
    {
        MishapRule crash = new() { Kind = MishapKind.Crash, Epoch = 2, Signal = 11 };
        var (messages, code) = await RunAsync(Instant with { Mishaps = [crash] }, Job());
        Assert.Equal(["started 0", "metrics 1", "checkpoint 1"], messages.Select(Describe));
        Assert.Equal(139, code);

        MishapRule[] rules = [new() { Kind = MishapKind.Log, Epoch = 1, Lines = ["ECC error"] }, new() { Kind = MishapKind.Oom, Epoch = 2 }];
        (messages, code) = await RunAsync(Instant with { Mishaps = rules }, Job());
        Assert.Equal("oom", Assert.IsType<TrainerFailed>(messages[^1]).Kind);
        Assert.Equal(1, code);
        Assert.Contains("ECC error", _log);
    }

    [Fact]
    public async Task A_hung_one_hears_no_stop_and_dies_when_ended()
    {
        MishapRule hang = new() { Kind = MishapKind.Hang, Epoch = 1 };
        var process = await new SimulatedTrainerLauncher(Instant with { Mishaps = [hang] }, TimeProvider.System).LaunchAsync(Job(), 0, _log.Add, Cancel);
        Assert.Equal("started 0", Describe(await process.ReadAsync(Cancel)));
        await process.SendAsync(new TrainerCommand("stop"));
        var next = process.ReadAsync(Cancel);
        Assert.False(next.IsCompleted);
        await process.DisposeAsync();
        Assert.Null(await next);
    }

    [Fact]
    public async Task A_file_that_is_no_checkpoint_is_refused()
    {
        string path = _folder.File("bad.ckpt");
        await File.WriteAllTextAsync(path, "no json", Cancel);
        var error = await Assert.ThrowsAsync<TrainingException>(() => RunAsync(Instant, Job() with { ResumeFrom = path }));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private async Task<(List<TrainerMessage> Messages, int Code)> RunAsync(SimulationScript script, TrainerJob job)
    {
        await using var process = await new SimulatedTrainerLauncher(script, TimeProvider.System).LaunchAsync(job, 0, _log.Add, Cancel);
        List<TrainerMessage> messages = [];
        while (await process.ReadAsync(Cancel) is { } message)
        {
            messages.Add(message);
        }

        return (messages, await process.ExitCodeAsync());
    }

    /// <summary>The next message, letting time pass as long as there is none.</summary>
    private static async Task<string> NextAsync(ITrainerProcess process, SteppedTime time)
    {
        var next = process.ReadAsync(Cancel).AsTask();
        while (await Task.WhenAny(next, time.WhenArmedAsync(Cancel)) != next)
        {
            time.Step();
        }

        return Describe(await next);
    }

    private TrainerJob Job(long attempt = 1) => new()
    {
        TrialId = "sweep-000000-v0-f1",
        LeaseEpoch = attempt,
        Fold = 1,
        Settings = new TrialSettings { Train = new TrainSpec { Epochs = 3 } },
        Checkpoint = new CheckpointSpec(),
        Classes = new ClassList([new(0, "Mass"), new(1, "No finding")], 1),
        WorkDirectory = Directory.CreateDirectory(_folder.File($"work-{Guid.NewGuid():N}")).FullName,
        ShardPaths = [],
        TrainImages = [],
        ValidationImages = [new("a", 100, 100, false, [new(0, new Box(10, 10, 30, 30), 1)]), new("b", 100, 100, false, [new(0, new Box(50, 50, 90, 90), 1)])],
    };

    private static string Describe(TrainerMessage? message) => message switch
    {
        TrainerStarted started => $"started {started.StartEpoch}",
        TrainerProgress => "progress",
        TrainerMetrics metrics => $"metrics {metrics.Epoch}",
        TrainerCheckpoint checkpoint => $"checkpoint {checkpoint.Epoch}",
        TrainerFinished finished => $"finished {finished.Epoch}",
        _ => $"{message}",
    };
}
