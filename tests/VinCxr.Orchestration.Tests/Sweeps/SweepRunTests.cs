using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Data.Datasets.Garbage;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Sweeps;

/// <summary>Whole sweeps over a file store with scripted trainers.</summary>
public sealed class SweepRunTests
{
    [Fact]
    public async Task A_sweep_runs_from_submission_to_a_leaderboard_with_its_ensemble()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer();
        await using var cluster = await TestCluster.StartAsync(folder, trainer);

        var submitted = await cluster.Registry.SubmitAsync(new SubmitSweep(TestCluster.Yaml(), User: "ada"));
        Assert.Matches("^my-sweep-[0-9a-f]{6}$", submitted.Id);
        var sweep = await cluster.EndOfAsync(submitted.Id);

        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        Assert.Equal((4, 4, 0), (sweep.Summary.Total, sweep.Summary.Finished, sweep.Summary.Failed));
        Assert.Equal((1, 1), (sweep.PreparedShards, sweep.TotalShards));
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 1, 3), (t.State, t.Attempt, t.Epoch)));
        Assert.Equal([$"{submitted.Id}-v0-f0", $"{submitted.Id}-v0-f1", $"{submitted.Id}-v1-f0", $"{submitted.Id}-v1-f1"], sweep.Trials.Select(t => t.Id));

        var board = await cluster.LeaderboardAsync(submitted.Id);
        Assert.True(board.IsComplete);
        Assert.Equal(["v1", "v0"], board.Variants.Select(v => v.Variant));
        Assert.Equal(1.0, board.Variants[0].Map40, 9);
        Assert.Equal(2, board.Variants[0].Folds.Length);
        Assert.All(board.Variants[0].PerClass, c => Assert.Equal(1.0, c.Ap!.Value, 9));
        Assert.True(board.Variants[0].Map40Findings > board.Variants[1].Map40Findings);
        Assert.Equal(board.Variants[0].Map40, sweep.Summary.BestMap40);
        var ensemble = Assert.Single(board.Ensembles);
        Assert.Contains("v1", ensemble.Members);
        Assert.False(ensemble.BeatsBestVariant);
        Assert.NotNull(await cluster.Store.Blobs.FindAsync(ensemble.PredictionsBlob!, TestCluster.Cancel));

        string[] decisions = await cluster.DecisionsAsync(submitted.Id);
        Assert.StartsWith("submitted by ada: data set tiny@sha256:", decisions[0], StringComparison.Ordinal);
        Assert.Equal("proposed v0: train.lr=0.01", decisions[1]);
        Assert.Contains(decisions, d => d.Contains("-v1-f1 succeeded at epoch 3 of 3, mAP@0.4 1.0000", StringComparison.Ordinal));
        Assert.Equal("ended succeeded", decisions[^1]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.File("work")));
    }

    [Fact]
    public async Task A_trial_keeps_its_record_metrics_log_and_only_the_newest_checkpoint()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, new FakeTrainer());
        var sweep = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml(rates: "[0.1]")));
        var id = sweep.Trials[0].Id;

        var trial = await cluster.Trial(id).GetAsync();
        Assert.Equal((3, "fake-1", 1.0), (trial.CheckpointEpoch, trial.CodeVersion, trial.Map40Findings));
        Assert.Equal("0.1", trial.Parameters["train.lr"]);
        await using var checkpoint = await cluster.Store.Blobs.OpenReadAsync(trial.CheckpointBlob!, cancellationToken: TestCluster.Cancel);
        Assert.StartsWith("3", await new StreamReader(checkpoint).ReadToEndAsync(TestCluster.Cancel), StringComparison.Ordinal);

        var metrics = await cluster.Trial(id).GetMetricsAsync(0);
        Assert.Equal([1L, 2, 3], metrics.Select(m => m.Sequence));
        Assert.Equal([0.1, 0.2, 0.3], metrics.Select(m => m.Values["map40"]), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(3, Assert.Single(await cluster.Trial(id).GetMetricsAsync(2)).Epoch);
        Assert.Contains(await cluster.Trial(id).GetLogAsync(0), l => l.Text.StartsWith("fake trainer on slot", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Activation_maps_are_stored_and_kept_where_a_trainer_makes_them()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer { HasMaps = true };
        await using var cluster = await TestCluster.StartAsync(folder, trainer);
        var sweep = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml(rates: "[0.1]")));
        trainer.HasMaps = false;
        var without = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml(rates: "[0.1]")));
        await new GarbageCollector(cluster.Store).RunAsync(TimeSpan.Zero, dryRun: false, TestCluster.Cancel);

        foreach (var trial in sweep.Trials)
        {
            string blob = (await cluster.Trial(trial.Id).GetAsync()).ActivationMapsBlob!;
            await using var maps = await cluster.Store.Blobs.OpenReadAsync(blob, cancellationToken: TestCluster.Cancel);
            Assert.Equal($"maps of {trial.Id}", await new StreamReader(maps).ReadToEndAsync(TestCluster.Cancel));
            Assert.Equal("activation-maps", (await cluster.Store.Blobs.FindAsync(blob, TestCluster.Cancel))!.Metadata["kind"]);
        }

        Assert.All(without.Trials, t => Assert.Equal(TrialState.Succeeded, t.State));
        Assert.Null((await cluster.Trial(without.Trials[0].Id).GetAsync()).ActivationMapsBlob);
    }

    [Fact]
    public async Task The_same_key_submits_once_and_names_resolve_to_the_newest()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);

        var first = await cluster.Registry.SubmitAsync(new SubmitSweep(TestCluster.Yaml(), Key: "k"));
        var again = await cluster.Registry.SubmitAsync(new SubmitSweep(TestCluster.Yaml(), Key: "k"));
        var other = await cluster.Registry.SubmitAsync(new SubmitSweep(TestCluster.Yaml()));

        var changed = await Assert.ThrowsAsync<ConflictException>(
            () => cluster.Registry.SubmitAsync(new SubmitSweep(TestCluster.Yaml().Replace("count: 2", "count: 3"), Key: "k")));

        Assert.Contains(first.Id, changed.Message, StringComparison.Ordinal);
        Assert.Equal(first.Id, again.Id);
        Assert.NotEqual(first.Id, other.Id);
        Assert.Equal([other.Id, first.Id], (await cluster.Registry.ListAsync()).Select(s => s.Id));
        Assert.Equal(other.Id, await cluster.Registry.ResolveAsync("My Sweep"));
        Assert.Equal(first.Id, await cluster.Registry.ResolveAsync(first.Id));
        Assert.Null(await cluster.Registry.ResolveAsync("nothing"));
    }

    [Fact]
    public async Task Submission_refuses_what_cannot_run()
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);

        var missing = await Assert.ThrowsAsync<NotFoundException>(() => cluster.SubmitAsync(TestCluster.Yaml().Replace("dataset: tiny", "dataset: nowhere")));
        Assert.Contains("nowhere", missing.Message, StringComparison.Ordinal);
        var folds = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.SubmitAsync(TestCluster.Yaml().Replace("count: 2", "count: 13")));
        Assert.Contains("folds.count: 13", Assert.Single(folds.Errors), StringComparison.Ordinal);
        Assert.Empty(await cluster.Registry.ListAsync());
    }

    [Fact]
    public async Task No_more_trials_run_at_once_than_the_sweep_allows()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer();
        await using var cluster = await TestCluster.StartAsync(folder, trainer, slots: 4);

        await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml("resources: {max_concurrent: 2}")));

        Assert.InRange(trainer.Peak, 1, 2);
    }

    [Fact]
    public async Task A_stopping_rule_prunes_and_says_why()
    {
        using var folder = new TempDirectory();
        var trainer = new FakeTrainer { Score = (job, epoch) => job.Settings.Train.Lr > 0.05 ? 0.5 + (0.01 * epoch) : 0.01 * epoch };

        // The weak variant trains last and alone, so that the rule has finished curves to compare with.
        await using var cluster = await TestCluster.StartAsync(folder, trainer, slots: 1);
        string id = await cluster.SubmitAsync(TestCluster.Yaml("stop: {method: median, grace_epochs: 1}", rates: "[0.1, 0.09, 0.08, 0.01]"));
        var sweep = await cluster.EndOfAsync(id);

        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        Assert.Contains(sweep.Trials, t => t.Variant == "v3" && t.State == TrialState.Pruned);
        Assert.All(sweep.Trials.Where(t => t.Variant == "v0"), t => Assert.Equal(TrialState.Succeeded, t.State));
        Assert.Contains(await cluster.DecisionsAsync(id), d => d.StartsWith("pruning ", StringComparison.Ordinal) && d.Contains("-v3-", StringComparison.Ordinal));
        Assert.Contains((await cluster.LeaderboardAsync(id)).Variants, v => v.Variant == "v0");
    }
}
