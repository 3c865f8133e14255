using System.Collections.Concurrent;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Trials;

/// <summary>What happens to trials whose trainers fail, vanish, hang or lose their lease.</summary>
public sealed class TrialFailureTests
{
    [Fact]
    public async Task A_trial_fails_when_its_error_budget_is_used_up_and_says_why()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer { Script = (job, _, _) => Message(job.Fold == 0 ? new TrainerFailed("error", "bad box in img03") : null) };
        await using var cluster = await TestCluster.StartAsync(folder, trainer);

        string id = await cluster.SubmitAsync(TestCluster.Yaml("retry: {errors: 1}", rates: "[0.1]"));
        var sweep = await cluster.EndOfAsync(id);

        Assert.Equal((SweepState.Failed, "1 of 2 trials failed"), (sweep.Summary.State, sweep.Reason));
        Assert.Equal((TrialState.Failed, 2, "failed 2 times, retry.errors is 1; last: bad box in img03"), (sweep.Trials[0].State, sweep.Trials[0].Attempt, sweep.Trials[0].Reason));
        Assert.Equal(TrialState.Succeeded, sweep.Trials[1].State);
        Assert.Equal(2, (await cluster.Trial(sweep.Trials[0].Id).GetAsync()).ErrorsUsed);
        Assert.Contains(await cluster.DecisionsAsync(id), d => d.Contains("-v0-f0 failed", StringComparison.Ordinal) && d.Contains("bad box", StringComparison.Ordinal));
        var board = await cluster.LeaderboardAsync(id);
        Assert.True(board.IsComplete);
        Assert.Equal(1, Assert.Single(board.Variants).Folds.Single().Fold);
    }

    [Fact]
    public async Task A_trial_that_rests_after_an_error_says_until_when()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer { Script = (_, _, _) => Message(new TrainerFailed("error", "bad box in img03")) };
        await using var cluster = await TestCluster.StartAsync(folder, trainer, rest: TimeSpan.FromHours(1));
        string id = await cluster.SubmitAsync(TestCluster.Yaml("retry: {errors: 1}", rates: "[0.1]"));

        var queue = await Eventually.ReadAsync(
            cluster.QueueAsync, q => q.Waiting.Count(w => w.Reason.StartsWith("rests", StringComparison.Ordinal)) == 2, "resting", TestCluster.Cancel);

        var until = (await cluster.Trial($"{id}-v0-f0").GetAsync()).NotBefore!.Value;
        string reason = $"rests after an error until {until:HH:mm:ss} UTC";
        Assert.Equal(reason, queue.Waiting.Single(w => w.TrialId == $"{id}-v0-f0").Reason);
        Assert.Equal((2, 0), (Assert.Single(queue.Lines!).Waiting, queue.Lines![0].Behind));
        Assert.Equal(
            $"waits: {reason} (last attempt: error 1 of 1 allowed: bad box in img03)", (await cluster.Sweep(id).ExplainAsync($"{id}-v0-f0")).Standing);
    }

    [Fact]
    public async Task A_trainer_that_vanishes_is_an_error_and_the_next_attempt_resumes()
    {
        using var folder = new TempDirectory();
        var vanished = new ConcurrentDictionary<string, bool>();
        var trainer = new FakeTrainer { Script = (job, epoch, _) => Message(epoch == 2 && vanished.TryAdd(job.TrialId, true) ? FakeTrainer.Vanish : null) };
        await using var cluster = await TestCluster.StartAsync(folder, trainer);

        var sweep = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml(rates: "[0.1]")));

        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 2), (t.State, t.Attempt)));
        Assert.Equal(6, trainer.Trained.Count);
        Assert.Contains(await cluster.Trial(sweep.Trials[0].Id).GetLogAsync(0), l => l.Text.Contains("was ended by signal 11 (SIGSEGV, a bad memory access)", StringComparison.Ordinal));
        Assert.Equal([1, 2, 3], (await cluster.Trial(sweep.Trials[0].Id).GetMetricsAsync(0)).Select(m => m.Epoch));
    }

    [Fact]
    public async Task Out_of_memory_halves_the_batch_without_touching_the_error_budget()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer { Script = (job, _, _) => Message(4 >> job.BatchHalvings > 1 ? new TrainerFailed("oom", "CUDA out of memory") : null) };
        await using var cluster = await TestCluster.StartAsync(folder, trainer);

        var sweep = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml("retry: {errors: 0}", rates: "[0.1]")));

        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        var trial = await cluster.Trial(sweep.Trials[0].Id).GetAsync();
        Assert.Equal((2, 0, 3), (trial.BatchHalvings, trial.ErrorsUsed, trial.Summary.Attempt));
    }

    [Fact]
    public async Task A_diverged_trial_goes_back_once_with_a_lower_learning_rate_and_then_fails()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer
        {
            Script = (job, epoch, _) => Message(epoch >= 2 && (job.LrFactor == 1 || job.Fold == 1) ? new TrainerFailed("nan", "loss is NaN at step 3") : null),
        };
        await using var cluster = await TestCluster.StartAsync(folder, trainer);

        var sweep = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml("retry: {errors: 0}", rates: "[0.1]")));

        Assert.Equal((TrialState.Succeeded, 2), (sweep.Trials[0].State, sweep.Trials[0].Attempt));
        Assert.Equal((TrialState.Failed, 2, "diverged again with 0.1 of the learning rate: loss is NaN at step 3"), (sweep.Trials[1].State, sweep.Trials[1].Attempt, sweep.Trials[1].Reason));
        Assert.Equal([1, 0.1], trainer.Launched.Where(j => j.Fold == 0).Select(j => j.LrFactor));
        Assert.Equal(0.1, (await cluster.Trial(sweep.Trials[0].Id).GetAsync()).LrFactor);
    }

    [Fact]
    public async Task A_silent_trainer_is_ended_and_counts_as_an_error()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer { Script = async (job, _, cancel) => job.LeaseEpoch > 1 ? null : await Never(cancel) };
        await using var cluster = await TestCluster.StartAsync(folder, trainer, hangTimeout: TimeSpan.FromSeconds(1));

        var sweep = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml(rates: "[0.1]")));

        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 2), (t.State, t.Attempt)));
        Assert.Equal(1, (await cluster.Trial(sweep.Trials[0].Id).GetAsync()).ErrorsUsed);
    }

    [Fact]
    public async Task An_unrenewed_lease_is_lost_and_everything_its_holder_says_is_refused()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        string id = await cluster.SubmitAsync(TestCluster.Yaml(rates: "[0.1]"));
        var sweep = await cluster.InLineAsync(id, 2);
        var holder = cluster.Lease(sweep.Trials[0].Id);
        var lease = await holder.TryLeaseAsync(new LeaseRequest("ghost", "x"));
        Assert.Null(await holder.TryLeaseAsync(new LeaseRequest("other", "y")));

        await cluster.SweepWhenAsync(id, s => s.Trials[0].State == TrialState.Pending && s.Trials[0].Reason is not null, "preempted");
        var trial = await cluster.Trial(sweep.Trials[0].Id).GetAsync();
        Assert.Equal((1, 0), (trial.PreemptionsUsed, trial.ErrorsUsed));
        Assert.Contains("node 'ghost' did not renew", trial.Summary.Reason, StringComparison.Ordinal);

        var next = await holder.TryLeaseAsync(new LeaseRequest("second", "z"));
        Assert.Equal(lease!.LeaseEpoch + 1, next!.LeaseEpoch);
        Func<Task>[] stale =
        [
            () => holder.RenewAsync(lease.LeaseEpoch),
            () => holder.StartedAsync(lease.LeaseEpoch, new AttemptStarted(0, 1, "cpu", "x")),
            () => holder.ReportMetricsAsync(lease.LeaseEpoch, [new MetricReport(1, 1, 1, [])]),
            () => holder.AppendLogAsync(lease.LeaseEpoch, ["boo"]),
            () => holder.CommitCheckpointAsync(lease.LeaseEpoch, new CheckpointReport("blob", 1, true)),
            () => holder.CompleteAsync(lease.LeaseEpoch, new CompletionReport(3, "p", "w", 1, 1)),
            () => holder.FailAsync(lease.LeaseEpoch, new AttemptFailure(FailureKind.Error, "late")),
            () => holder.ReleaseAsync(lease.LeaseEpoch, "late"),
        ];
        foreach (var call in stale)
        {
            var refused = await Assert.ThrowsAsync<ConflictException>(call);
            Assert.Contains("stale", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal((TrialState.Leased, "second"), (await cluster.Trial(sweep.Trials[0].Id).GetAsync()).Summary is var s ? (s.State, s.Node) : default);
    }

    [Fact]
    public async Task Repeated_reports_change_nothing_and_a_finished_trial_is_immutable()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        string id = await cluster.SubmitAsync(TestCluster.Yaml(rates: "[0.1]"));
        var sweep = await cluster.InLineAsync(id, 2);
        var holder = cluster.Lease(sweep.Trials[0].Id);
        long epoch = (await holder.TryLeaseAsync(new LeaseRequest("me", "x")))!.LeaseEpoch;

        for (int repeat = 0; repeat < 2; repeat++)
        {
            await holder.StartedAsync(epoch, new AttemptStarted(0, 1, "cpu", "code"));
            await holder.ReportMetricsAsync(epoch, [new MetricReport(1, 1, 5, new() { ["map40"] = 0.2 })]);
            Assert.Empty(await holder.CommitCheckpointAsync(epoch, new CheckpointReport("one", 1, IsBest: true)));
        }

        Assert.Equal(["one"], await holder.CommitCheckpointAsync(epoch, new CheckpointReport("two", 2, IsBest: true)));
        Assert.Empty(await holder.CommitCheckpointAsync(epoch, new CheckpointReport("three", 3, IsBest: false)));
        var result = new CompletionReport(3, "predictions", "weights", 0.7, 0.6);
        await holder.CompleteAsync(epoch, result);
        await holder.CompleteAsync(epoch, result);

        Assert.Single(await cluster.Trial(sweep.Trials[0].Id).GetMetricsAsync(0));
        await holder.FailAsync(epoch, new AttemptFailure(FailureKind.Error, "late"));
        await cluster.Grains.GetGrain<ITrialControlGrain>(sweep.Trials[0].Id).CancelAsync("too late");
        var trial = await cluster.Trial(sweep.Trials[0].Id).GetAsync();
        Assert.Equal((TrialState.Succeeded, 0.7, "three"), (trial.Summary.State, trial.Summary.Map40, trial.CheckpointBlob));
    }

    private static Task<TrainerMessage?> Message(TrainerMessage? message) => Task.FromResult(message);

    private static async Task<TrainerMessage?> Never(CancellationToken cancel)
    {
        await new TaskCompletionSource().Task.WaitAsync(cancel);
        return null;
    }
}
