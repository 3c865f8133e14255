using Orleans.Core.Internal;
using VinCxr.Contracts.Nodes;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Trials;

/// <summary>How trials come back: from a lease that was wanted back, a drained node, a store that was away, a checkpoint that is damaged.</summary>
public sealed class TrialRecoveryTests
{
    [Fact]
    public async Task A_lease_that_is_wanted_back_is_handed_over_and_costs_no_budget()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer { Script = HoldFirstAttemptAt(2) };
        await using var cluster = await TestCluster.StartAsync(folder, trainer);
        string id = await cluster.SubmitAsync(TestCluster.Yaml("retry: {errors: 0, preemptions: 0}", rates: "[0.1]"));
        var sweep = await HoldingAsync(cluster, id, trainer);

        await Task.WhenAll(sweep.Trials.Select(t => cluster.Grains.GetGrain<ITrialControlGrain>(t.Id).YieldAsync("make room for 'urgent'")));
        sweep = await cluster.EndOfAsync(id);

        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 2), (t.State, t.Attempt)));
        Assert.Equal(6, trainer.Trained.Count);
        var trial = await cluster.Trial(sweep.Trials[0].Id).GetAsync();
        Assert.Equal((0, 0, null), (trial.ErrorsUsed, trial.PreemptionsUsed, trial.YieldReason));
        Assert.Contains(await cluster.Trial(trial.Summary.Id).GetLogAsync(0), l => l.Text == "-- pending: make room for 'urgent'");
    }

    [Fact]
    public async Task A_node_that_drains_gives_its_trials_back_and_takes_none_until_it_may()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer { Script = HoldFirstAttemptAt(2) };
        await using var cluster = await TestCluster.StartAsync(folder, trainer);
        string id = await cluster.SubmitAsync(TestCluster.Yaml("retry: {errors: 0, preemptions: 0}", rates: "[0.1]"));
        await HoldingAsync(cluster, id, trainer);
        var nodes = cluster.Grains.GetGrain<INodeRegistryGrain>(INodeRegistryGrain.Key);

        await nodes.SetDrainAsync("node", true);
        await cluster.SweepWhenAsync(id, s => s.Trials.All(t => t is { State: TrialState.Pending, Reason: "the node drains" }), "given back");
        await Eventually.ReadAsync(async () => Assert.Single(await nodes.ListAsync()), n => n.Running.Length == 0, "idle", TestCluster.Cancel);
        Assert.Equal(2, trainer.Launched.Count);

        await nodes.SetDrainAsync("node", false);
        Assert.All((await cluster.EndOfAsync(id)).Trials, t => Assert.Equal((TrialState.Succeeded, 2), (t.State, t.Attempt)));
    }

    [Fact]
    public async Task An_outage_of_the_store_during_training_costs_no_attempt_and_no_epoch()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer();
        await using var cluster = await TestCluster.StartAsync(folder, trainer);
        trainer.Script = async (_, _, cancel) =>
        {
            // Away from the first epoch of both trials to the last: checkpoints and metrics wait, the leases hold.
            await Eventually.ReadAsync(() => Task.FromResult(trainer.Launched.Count), n => n == 2, "both launched", cancel);
            cluster.Store.Away = trainer.Trained.Count < 6;
            return null;
        };

        string id = await cluster.SubmitAsync(TestCluster.Yaml("retry: {errors: 0, preemptions: 0}", rates: "[0.1]"));
        await Eventually.ReadAsync(() => Task.FromResult(trainer.Trained.Count), n => n == 6 && !cluster.Store.Away, "trained", TestCluster.Cancel);
        var sweep = await cluster.EndOfAsync(id);

        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 1), (t.State, t.Attempt)));
        Assert.Equal(6, trainer.Trained.Count);
        foreach (var trial in sweep.Trials)
        {
            Assert.Equal([1, 2, 3], (await cluster.Trial(trial.Id).GetMetricsAsync(0)).Select(m => m.Epoch));
        }
    }

    [Fact]
    public async Task A_write_that_fails_leaves_the_trial_as_it_was_and_usable()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        string id = await cluster.SubmitAsync(TestCluster.Yaml(rates: "[0.1]"));
        var sweep = await cluster.InLineAsync(id, 2);
        var holder = cluster.Lease(sweep.Trials[0].Id);
        long lease = (await holder.TryLeaseAsync(new LeaseRequest("me", "x")))!.LeaseEpoch;

        cluster.Store.Away = true;
        await Assert.ThrowsAnyAsync<OrleansException>(() => holder.StartedAsync(lease, new AttemptStarted(0, 1, "cpu", "code")));
        await Assert.ThrowsAsync<StoreException>(() => holder.ReportMetricsAsync(lease, [new MetricReport(1, 1, 5, new() { ["map40"] = 0.2 })]));
        await Assert.ThrowsAnyAsync<OrleansException>(() => holder.CompleteAsync(lease, new CompletionReport(3, "p", "w", 0.7, 0.6)));
        Assert.False((await holder.RenewAsync(lease)).Yield);
        Assert.Equal(TrialState.Leased, (await cluster.Trial(sweep.Trials[0].Id).GetAsync()).Summary.State);

        cluster.Store.Away = false;
        await holder.StartedAsync(lease, new AttemptStarted(0, 1, "cpu", "code"));
        await holder.ReportMetricsAsync(lease, [new MetricReport(1, 1, 5, new() { ["map40"] = 0.2 })]);
        await holder.CompleteAsync(lease, new CompletionReport(3, "p", "w", 0.7, 0.6));
        Assert.Equal((TrialState.Succeeded, 0.7), (await cluster.Trial(sweep.Trials[0].Id).GetAsync()).Summary is var s ? (s.State, s.Map40) : default);
        Assert.Single(await cluster.Trial(sweep.Trials[0].Id).GetMetricsAsync(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_checkpoint_that_cannot_be_used_is_given_up_and_costs_no_budget(bool isGone)
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: new FakeTrainer { Script = HoldFirstAttemptAt(2), RefusesCheckpoint = j => !isGone && j.LeaseEpoch == 2 });
        string id = await cluster.SubmitAsync(TestCluster.Yaml("retry: {errors: 0, preemptions: 0}", rates: "[0.1]"));
        var sweep = await cluster.SweepWhenAsync(id, s => s.Trials.Length == 2 && s.Trials.All(t => t is { State: TrialState.Running, Epoch: 2 }), "at epoch 2");
        foreach (var running in sweep.Trials)
        {
            var details = await Eventually.ReadAsync(() => cluster.Trial(running.Id).GetAsync(), t => t.CheckpointEpoch == 2, "committed", TestCluster.Cancel);
            if (isGone)
            {
                await cluster.Store.Blobs.DeleteAsync(details.CheckpointBlob!, TestCluster.Cancel);
            }

            await cluster.Grains.GetGrain<ITrialControlGrain>(running.Id).YieldAsync("try again");
        }

        sweep = await cluster.EndOfAsync(id);

        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 3), (t.State, t.Attempt)));
        foreach (var trial in sweep.Trials)
        {
            Assert.Equal((0, 0), (await cluster.Trial(trial.Id).GetAsync()) is var t ? (t.ErrorsUsed, t.PreemptionsUsed) : default);
            Assert.Contains(await cluster.Trial(trial.Id).GetLogAsync(0), l => l.Text.Contains("going back to epoch 0", StringComparison.Ordinal));
            Assert.Equal([(1, 3L), (2, 3L), (3, 3L)], (await cluster.Trial(trial.Id).GetMetricsAsync(0)).Select(m => (m.Epoch, m.LeaseEpoch)));
        }
    }

    [Fact]
    public async Task Log_policies_have_the_first_word_on_what_a_failure_means()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer { Script = (job, _, _) => Message(job.BatchHalvings > 0 && job.Fold == 0 ? null : new TrainerFailed("error", job.Fold == 0 ? "cudaErrorMemoryAllocation" : "bad driver")) };
        await using var cluster = await TestCluster.StartAsync(folder, trainer);
        const string Retry = "retry: {errors: 9, policies: [{match: 'Memory\\w+', action: halve_batch}, {match: driver, action: fail}]}";

        var sweep = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml(Retry, rates: "[0.1]")));

        Assert.Equal((TrialState.Succeeded, 2), (sweep.Trials[0].State, sweep.Trials[0].Attempt));
        Assert.Equal((TrialState.Failed, 1, "bad driver (retry.policies 'driver' met: bad driver)"), (sweep.Trials[1].State, sweep.Trials[1].Attempt, sweep.Trials[1].Reason));
    }

    [Fact]
    public async Task A_lost_lease_is_taken_back_though_nobody_calls_the_sweep_or_the_trial_any_more()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        string id = await cluster.SubmitAsync(TestCluster.Yaml());
        await cluster.InLineAsync(id, 4);
        string trial = $"{id}-v0-f0";
        Assert.NotNull(await cluster.Lease(trial).TryLeaseAsync(new LeaseRequest("ghost", "test")));
        await cluster.SweepWhenAsync(id, s => s.Trials[0].State == TrialState.Leased, "known to be leased");

        // As when their silo goes, or sends them to another one.
        await cluster.Grains.GetGrain<IGrainManagementExtension>(cluster.Sweep(id).GetGrainId()).DeactivateOnIdle(TestCluster.Cancel);
        await cluster.Grains.GetGrain<IGrainManagementExtension>(cluster.Trial(trial).GetGrainId()).DeactivateOnIdle(TestCluster.Cancel);

        // Looked at past the grains: a question would wake them.
        await Eventually.ReadAsync(
            () => cluster.Store.Documents.FindAsync("grain-trial", trial, TestCluster.Cancel),
            d => d!.Json.Contains("\"preemptionsUsed\":1", StringComparison.Ordinal), "taken back", TestCluster.Cancel);
    }

    private static Func<TrainerJob, int, CancellationToken, Task<TrainerMessage?>> HoldFirstAttemptAt(int epoch) => async (job, at, cancel) =>
    {
        if (job.LeaseEpoch == 1 && at == epoch)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancel);
        }

        return null;
    };

    private static Task<SweepDetails> HoldingAsync(TestCluster cluster, string id, FakeTrainer trainer) => cluster.SweepWhenAsync(
        id, s => trainer.Trained.Count == 4 && s.Trials.Length == 2 && s.Trials.All(t => t.State == TrialState.Running), "holding");

    private static Task<TrainerMessage?> Message(TrainerMessage? message) => Task.FromResult(message);
}
