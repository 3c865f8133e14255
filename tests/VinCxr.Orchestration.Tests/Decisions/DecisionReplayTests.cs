using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Orchestration.Decisions;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Decisions;

/// <summary>Whole sweeps, decided again from their logs.</summary>
public sealed class DecisionReplayTests
{
    // Better with a larger rate, each fold a little differently, and slow starters among the good ones.
    private static double Score(TrainerJob job, int epoch) => (10 * job.Settings.Train.Lr * (1 - Math.Exp(-epoch * (job.Fold + 1) / 2.0))) + (0.01 * (epoch % 2));

    [Theory]
    [InlineData("grid", "asha")]
    [InlineData("grid", "median")]
    [InlineData("grid", "fold_race")]
    [InlineData("random", "hyperband")]
    [InlineData("tpe", "asha")]
    [InlineData("tpe", "none")]
    public async Task Every_proposal_promotion_and_prune_follows_from_what_stands_before_it(string search, string stop)
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartAsync(folder, new FakeTrainer { Score = Score }, slots: 3);
        string rates = search == "grid" ? "values: [0.09, 0.01, 0.07, 0.03, 0.05, 0.02, 0.08, 0.04, 0.06]" : "min: 0.005, max: 0.1, scale: log";
        string yaml = Yaml(rates, search, stop);
        string id = await cluster.SubmitAsync(yaml);
        var sweep = await cluster.EndOfAsync(id);

        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        var replay = await ReplayAsync(cluster, id, yaml);
        Assert.Equal(search == "grid" ? 9 : 14, replay.Proposed);
        AssertPruned(sweep, replay);
        Assert.True(stop is "none" or "fold_race" || replay.Pruned.Count > 0, "the sweep was meant to prune");
        Assert.Equal(stop is "asha" or "hyperband", replay.Promoted > 0);
    }

    [Fact]
    public async Task A_restart_in_the_middle_decides_nothing_twice_and_forgets_nothing()
    {
        using var folder = new TempDirectory();
        string yaml = Yaml("min: 0.005, max: 0.1, scale: log", "tpe", "asha");
        string id;
        var never = new TaskCompletionSource();
        var holding = new FakeTrainer
        {
            Score = Score,
            Script = async (job, epoch, cancel) =>
            {
                if (job.TrialId.Contains("-v3-", StringComparison.Ordinal) && epoch == 3)
                {
                    await never.Task.WaitAsync(cancel);
                }

                return null;
            },
        };
        await using (var first = await TestCluster.StartAsync(folder, holding, slots: 3))
        {
            id = await first.SubmitAsync(yaml);
            await first.SweepWhenAsync(id, s => s.Summary.Finished >= 6, "half way");
        }

        await using var second = await TestCluster.StartAsync(folder, new FakeTrainer { Score = Score }, slots: 3);
        var sweep = await second.EndOfAsync(id);

        var replay = await ReplayAsync(second, id, yaml);
        Assert.Equal((28, 14), (sweep.Trials.Length, replay.Proposed));
        AssertPruned(sweep, replay);
        Assert.All(sweep.Trials, t => Assert.True(t.State is TrialState.Succeeded or TrialState.Pruned, $"{t.Id} is {t.State}: {t.Reason}"));
    }

    private static async Task<SweepReplay> ReplayAsync(TestCluster cluster, string id, string yaml)
    {
        var decisions = await cluster.Sweep(id).GetDecisionsAsync(0);
        List<CurveChange> changes = [];
        await foreach (var change in new CurveLog(cluster.Store.Logs, id).ReadAsync())
        {
            changes.Add(change);
        }

        var replay = new SweepReplay(SweepFile.ParseOrThrow(yaml), decisions, changes);
        replay.Run();
        return replay;
    }

    /// <summary>A verdict may come too late for a trial that finishes at that moment, but none is pruned without.</summary>
    private static void AssertPruned(SweepDetails sweep, SweepReplay replay)
    {
        Assert.Subset(replay.Pruned, sweep.Trials.Where(t => t.State == TrialState.Pruned).Select(t => t.Id).ToHashSet());
        Assert.All(sweep.Trials.Where(t => replay.Pruned.Contains(t.Id)), t => Assert.True(t.State is TrialState.Pruned or TrialState.Succeeded));
    }

    private static string Yaml(string rates, string search, string stop) => $$"""
        name: Replayed
        dataset: {{TinyDataset.Name}}
        preprocess: {size: 32}
        folds: {count: 2, seed: 1}
        model: {image_size: 64}
        train: {epochs: 5, batch: 4}
        parameters:
          train.lr: { {{rates}} }
        search: {method: {{search}}, max_variants: 14, seed: 3}
        stop: {method: {{stop}}, grace_epochs: 1, divisor: 2}
        resources: {max_concurrent: 4}
        """;
}
