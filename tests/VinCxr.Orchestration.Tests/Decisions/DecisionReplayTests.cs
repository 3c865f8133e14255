using VinCxr.Contracts.Sweeps;
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
        string yaml = $$"""
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

        string id = await cluster.SubmitAsync(yaml);
        var sweep = await cluster.EndOfAsync(id);

        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        var decisions = await cluster.Sweep(id).GetDecisionsAsync(0);
        List<CurveChange> changes = [];
        await foreach (var change in new CurveLog(cluster.Store.Logs, id).ReadAsync())
        {
            changes.Add(change);
        }

        var replay = new SweepReplay(SweepFile.ParseOrThrow(yaml), decisions, changes);
        replay.Run();
        Assert.Equal(search == "grid" ? 9 : 14, replay.Proposed);
        Assert.Equal(sweep.Trials.Count(t => t.State == Contracts.Trials.TrialState.Pruned), replay.Pruned);
        Assert.True(stop is "none" or "fold_race" || replay.Pruned > 0, "the sweep was meant to prune");
        Assert.Equal(stop is "asha" or "hyperband", replay.Promoted > 0);
    }
}
