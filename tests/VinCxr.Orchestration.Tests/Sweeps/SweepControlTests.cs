using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Sweeps;

/// <summary>Pause, resume, stop, cancel and restart while trials run.</summary>
public sealed class SweepControlTests
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Cancel_ends_running_and_waiting_trials_and_kills_trainers()
    {
        using var folder = new TempDirectory();
        var trainer = Holding(atEpoch: 1);
        await using var cluster = await TestCluster.StartAsync(folder, trainer, slots: 2);
        string id = await cluster.SubmitAsync(TestCluster.Yaml());
        await RunningAsync(cluster, id, 2);

        await cluster.Sweep(id).CancelAsync();

        var sweep = await cluster.Sweep(id).GetAsync();
        Assert.Equal((SweepState.Cancelled, "cancelled by request"), (sweep.Summary.State, sweep.Reason));
        Assert.All(sweep.Trials, t => Assert.Equal(TrialState.Cancelled, t.State));
        await Eventually.ReadAsync(() => Task.FromResult(trainer.Running), n => n == 0, "killed", TestCluster.Cancel);
        await cluster.Sweep(id).CancelAsync();
        var refused = await Assert.ThrowsAsync<ConflictException>(() => cluster.Sweep(id).PauseAsync());
        Assert.Contains("ended Cancelled", refused.Message, StringComparison.Ordinal);
        Assert.Empty((await cluster.QueueAsync()).Waiting);
    }

    [Fact]
    public async Task Stop_lets_running_trials_finish_and_cancels_the_rest()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, Holding(atEpoch: 1), slots: 2);
        string id = await cluster.SubmitAsync(TestCluster.Yaml());
        await RunningAsync(cluster, id, 2);

        await cluster.Sweep(id).StopAsync();
        await cluster.SweepWhenAsync(id, s => s.Trials.Count(t => t.State == TrialState.Cancelled) == 2, "half cancelled");
        Assert.Equal(SweepState.Stopping, (await cluster.Sweep(id).GetAsync()).Summary.State);
        _release.SetResult();

        var sweep = await cluster.EndOfAsync(id);
        Assert.Equal((SweepState.Succeeded, "stopped by request"), (sweep.Summary.State, sweep.Reason));
        Assert.Equal(2, sweep.Trials.Count(t => t.State == TrialState.Succeeded));
        Assert.Single((await cluster.LeaderboardAsync(id)).Variants);
    }

    [Fact]
    public async Task A_paused_sweep_starts_nothing_until_resumed()
    {
        using var folder = new TempDirectory();
        var trainer = Holding(atEpoch: 1);
        await using var cluster = await TestCluster.StartAsync(folder, trainer, slots: 1);
        string id = await cluster.SubmitAsync(TestCluster.Yaml());
        await RunningAsync(cluster, id, 1);

        await cluster.Sweep(id).PauseAsync();
        _release.SetResult();
        await cluster.SweepWhenAsync(id, s => s.Trials.Count(t => t.State == TrialState.Succeeded) == 1, "one trial done");
        var queue = await Eventually.ReadAsync(cluster.QueueAsync, q => q is { Leased: 0, Waiting.Length: 3 }, "idle", TestCluster.Cancel);
        Assert.All(queue.Waiting, w => Assert.Equal("the sweep is paused", w.Reason));
        Assert.Equal(SweepState.Paused, (await cluster.Sweep(id).GetAsync()).Summary.State);
        Assert.Single(trainer.Launched);

        await cluster.Sweep(id).ResumeAsync();
        Assert.Equal(SweepState.Succeeded, (await cluster.EndOfAsync(id)).Summary.State);
    }

    [Fact]
    public async Task A_restarted_silo_goes_on_from_the_checkpoints_and_ends_each_trial_once()
    {
        using var folder = new TempDirectory();
        string id;
        var before = Holding(atEpoch: 2);
        await using (var first = await TestCluster.StartAsync(folder, before, slots: 2))
        {
            id = await first.SubmitAsync(TestCluster.Yaml());
            await first.SweepWhenAsync(id, s => s.Trials.Count(t => t is { State: TrialState.Running, Epoch: 2 }) == 2, "two trials in epoch 2");
        }

        Assert.Equal(0, before.Running);
        var after = new FakeTrainer();
        await using var second = await TestCluster.StartAsync(folder, after, slots: 2);
        var sweep = await second.EndOfAsync(id);

        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 3), (t.State, t.Epoch)));
        Assert.Equal(2, sweep.Trials.Count(t => t.Attempt == 2));
        var epochs = before.Trained.Concat(after.Trained).ToArray();
        Assert.Equal(12, epochs.Length);
        Assert.Equal(12, epochs.Distinct().Count());
        var resumed = await second.Trial(sweep.Trials.First(t => t.Attempt == 2).Id).GetAsync();
        Assert.Equal((0, 0), (resumed.PreemptionsUsed, resumed.ErrorsUsed));
    }

    [Fact]
    public async Task A_finished_sweep_is_still_there_after_a_restart()
    {
        using var folder = new TempDirectory();
        string id;
        await using (var first = await TestCluster.StartAsync(folder, new FakeTrainer()))
        {
            id = await first.SubmitAsync(TestCluster.Yaml());
            await first.EndOfAsync(id);
        }

        await using var second = await TestCluster.StartAsync(folder, trainer: null);
        Assert.Equal(SweepState.Succeeded, Assert.Single(await second.Registry.ListAsync()).State);
        var sweep = await second.Sweep(id).GetAsync();
        Assert.Equal(4, sweep.Trials.Length);
        var board = await second.LeaderboardAsync(id);
        Assert.True(board.IsComplete);
        Assert.Single(board.Ensembles);
        Assert.Equal(3, (await second.Trial(sweep.Trials[0].Id).GetMetricsAsync(0)).Length);
    }

    private static Task<SweepDetails> RunningAsync(TestCluster cluster, string id, int count) =>
        cluster.SweepWhenAsync(id, s => s.Trials.Count(t => t.State == TrialState.Running) == count, $"running {count} trials");

    /// <summary>Trainers that wait after an epoch until released or told to end.</summary>
    private FakeTrainer Holding(int atEpoch) => new()
    {
        Script = async (_, epoch, cancel) =>
        {
            if (epoch == atEpoch)
            {
                await _release.Task.WaitAsync(cancel);
            }

            return null;
        },
    };
}
