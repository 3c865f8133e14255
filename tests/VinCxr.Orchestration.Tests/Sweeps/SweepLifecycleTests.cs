using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Sweeps;

/// <summary>Sweeps that go on after they ended, and sweeps that end early.</summary>
public sealed class SweepLifecycleTests
{
    [Fact]
    public async Task Retry_takes_up_failed_trials_only_and_the_sweep_ends_anew()
    {
        using var folder = new TempDirectory();
        bool isBroken = true;
        var trainer = new FakeTrainer
        {
            Script = (job, epoch, _) => Task.FromResult<TrainerMessage?>(
                isBroken && epoch == 2 && job.TrialId.EndsWith("-v0-f1", StringComparison.Ordinal) ? new TrainerFailed("error", "no such file") : null),
        };
        await using var cluster = await TestCluster.StartAsync(folder, trainer);
        string id = await cluster.SubmitAsync(TestCluster.Yaml("retry: {errors: 0}"));
        var failed = await cluster.EndOfAsync(id);
        Assert.Equal((SweepState.Failed, 1, "1 of 4 trials failed"), (failed.Summary.State, failed.Summary.Failed, failed.Reason));
        Assert.Contains("no such file", (await cluster.Sweep(id).ExplainAsync($"{id}-v0-f1")).Standing, StringComparison.Ordinal);

        isBroken = false;
        Assert.Equal(1, await cluster.Sweep(id).RetryAsync(cancelled: false));
        var sweep = await cluster.EndOfAsync(id);

        Assert.Equal((SweepState.Succeeded, 0, null), (sweep.Summary.State, sweep.Summary.Failed, sweep.Reason));
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, t.Id.EndsWith("-v0-f1", StringComparison.Ordinal) ? 2 : 1), (t.State, t.Attempt)));
        Assert.Single(trainer.Trained, t => t == ($"{id}-v0-f1", 2));
        Assert.Equal(SweepState.Succeeded, Assert.Single(await cluster.Registry.ListAsync()).State);
        Assert.Equal([2, 2], (await cluster.LeaderboardAsync(id)).Variants.Select(v => v.Folds.Length));
        Assert.Contains("retrying 1 failed trials", await cluster.DecisionsAsync(id));
        Assert.Equal(0, await cluster.Sweep(id).RetryAsync(cancelled: true));
    }

    [Fact]
    public async Task An_ended_sweep_is_extended_by_epochs_and_values_and_trains_only_what_is_new()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer();
        await using var cluster = await TestCluster.StartAsync(folder, trainer);
        string id = await cluster.SubmitAsync(TestCluster.Yaml());
        var first = await cluster.EndOfAsync(id);
        string longer = TestCluster.Yaml(rates: "[0.01, 0.05, 0.1]").Replace("epochs: 3", "epochs: 5");

        await cluster.Sweep(id).ExtendAsync(longer);
        var sweep = await cluster.EndOfAsync(id);

        Assert.Equal((SweepState.Succeeded, 6, longer), (sweep.Summary.State, sweep.Trials.Length, sweep.Yaml));
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 5, 5), (t.State, t.Epoch, t.Epochs)));
        Assert.Equal((6 * 5, 6 * 5), (trainer.Trained.Count, trainer.Trained.Distinct().Count()));
        Assert.Equal("train.lr=0.05", sweep.Variants[2].Description);
        Assert.Equal(3, (await cluster.LeaderboardAsync(id)).Variants.Length);
        Assert.NotEqual(first.SpecHash, sweep.SpecHash);
        Assert.Contains(
            "extended: train.epochs: '3' became '5'; parameters.train.lr: '{values: [0.01, 0.1]}' became '{values: [0.01, 0.05, 0.1]}'", await cluster.DecisionsAsync(id));
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Sweep(id).ExtendAsync(longer.Replace("seed: 1", "seed: 2")));
        Assert.Contains("folds.seed: '1' cannot become '2'", Assert.Single(refused.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_sweep_remembers_trials_that_nobody_ever_planned_and_can_take_them_up_again()
    {
        using var folder = new TempDirectory();
        string yaml = TestCluster.Yaml().Replace("values: [0.01, 0.1]", "min: 0.001, max: 0.1") + "\nsearch: {method: sobol, max_variants: 300}";
        string id;
        await using (var first = await TestCluster.StartAsync(folder, trainer: null))
        {
            id = await first.SubmitAsync(yaml);
            var queue = await Eventually.ReadAsync(first.QueueAsync, q => q.Waiting.Length > 0, "in line", TestCluster.Cancel);
            Assert.InRange(queue.Waiting.Length, 256, 300);
            await Assert.ThrowsAsync<NotFoundException>(() => first.Trial($"{id}-v299-f1").GetAsync());
            Assert.StartsWith("waits: 599 trials of this sweep are before it", (await first.Sweep(id).ExplainAsync($"{id}-v299-f1")).Standing, StringComparison.Ordinal);

            await first.Sweep(id).StopAsync();
            var ended = await first.EndOfAsync(id);
            Assert.Equal((SweepState.Succeeded, "stopped by request", 600), (ended.Summary.State, ended.Reason, ended.Summary.Finished));
        }

        await using var second = await TestCluster.StartAsync(folder, trainer: null);
        var stopped = await second.Sweep(id).GetAsync();
        Assert.Equal(600, stopped.Trials.Length);
        Assert.All(stopped.Trials, t => Assert.Equal((TrialState.Cancelled, "the sweep was stopped: stopped by request"), (t.State, t.Reason)));
        Assert.Equal(0, await second.Sweep(id).RetryAsync(cancelled: false));

        Assert.Equal(600, await second.Sweep(id).RetryAsync(cancelled: true));
        await second.SweepWhenAsync(id, s => s.Trials.All(t => t.State == TrialState.Pending), "in line again");
        await Eventually.ReadAsync(second.QueueAsync, q => q.Waiting.Length >= 256, "in line", TestCluster.Cancel);
        Assert.Equal(SweepState.Pending, Assert.Single(await second.Registry.ListAsync()).State);
        await second.Sweep(id).CancelAsync();
        Assert.Equal((SweepState.Cancelled, 600), ((await second.Sweep(id).GetAsync()).Summary.State, (await second.Sweep(id).GetAsync()).Summary.Finished));
    }

    [Fact]
    public async Task A_sweep_that_begins_anew_does_not_wait_for_a_trial_that_cannot_be_reached()
    {
        using var folder = new TempDirectory();
        string id;
        await using (var first = await TestCluster.StartAsync(folder, trainer: null))
        {
            id = await first.SubmitAsync(TestCluster.Yaml("resources: {max_concurrent: 2}"));
            await first.InLineAsync(id, 4);
        }

        string lost = $"{id}-v0-f1";
        var answers = new TaskCompletionSource();
        var trainer = new FakeTrainer();
        await using var second = await TestCluster.StartAsync(folder, trainer, beforeRead: document => document == lost ? answers.Task : Task.CompletedTask);
        var sweep = await second.SweepWhenAsync(id, s => s.Trials.Count(t => t.State == TrialState.Succeeded) == 3, "over but for one");
        Assert.Equal(TrialState.Pending, Assert.Single(sweep.Trials, t => t.Id == lost).State);
        Assert.Contains("could not be asked", (await second.Sweep(id).ExplainAsync(lost)).Standing, StringComparison.Ordinal);

        answers.SetResult();
        sweep = await second.EndOfAsync(id);
        Assert.Equal((SweepState.Succeeded, 4), (sweep.Summary.State, sweep.Trials.Count(t => t.State == TrialState.Succeeded)));
        Assert.Equal(4 * 3, trainer.Trained.Count);
    }

    [Fact]
    public async Task A_used_up_budget_stops_the_sweep_until_it_is_raised()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer();
        await using var cluster = await TestCluster.StartAsync(folder, trainer, slots: 1);
        string id = await cluster.SubmitAsync(TestCluster.Yaml("budget: {gpu_hours: 1e-9}"));
        var spent = await cluster.EndOfAsync(id);

        Assert.StartsWith("budget.gpu_hours of ", spent.Reason, StringComparison.Ordinal);
        Assert.True(spent.GpuHours >= spent.GpuHoursLimit);
        Assert.Contains(spent.Trials, t => t.State == TrialState.Succeeded);
        Assert.All(spent.Trials.Where(t => t.State == TrialState.Cancelled), t => Assert.Contains("budget.gpu_hours", t.Reason, StringComparison.Ordinal));
        Assert.Contains(await cluster.Sweep(id).GetDecisionsAsync(0), d => d.Kind == "budget" && d.InputsJson!.Contains("\"limit\":", StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<ConflictException>(() => cluster.Sweep(id).RetryAsync(cancelled: true));
        Assert.Contains("sweep extend", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConflictException>(() => cluster.Sweep(id).ExtendAsync(TestCluster.Yaml("budget: {gpu_hours: 2e-9}")));

        await cluster.Sweep(id).ExtendAsync(TestCluster.Yaml("budget: {gpu_hours: 100}"));
        var sweep = await cluster.EndOfAsync(id);

        Assert.Equal((SweepState.Succeeded, null), (sweep.Summary.State, sweep.Reason));
        Assert.All(sweep.Trials, t => Assert.Equal(TrialState.Succeeded, t.State));
    }
}
