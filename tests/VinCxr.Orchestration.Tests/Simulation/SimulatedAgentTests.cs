using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core.Simulation;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Simulation;

public sealed class SimulatedAgentTests
{
    private const string Search = "search: {method: random, max_variants: 6}\nresources: {max_concurrent: 12}\nretry: {errors: 8}";
    private const string Rates = "[0.001, 0.002, 0.004, 0.008, 0.016, 0.032]";

    private static readonly TimeScript NoTime = new(Startup: 0, Epoch: 0);

    [Fact]
    public async Task A_sweep_that_is_disturbed_ends_with_the_scores_of_an_undisturbed_one()
    {
        var smooth = await ScoresAsync(new SimulationScript { Time = NoTime }, attempts: 1);
        MishapRule[] mishaps = [new() { Kind = MishapKind.Crash, Probability = 0.2 }, new() { Kind = MishapKind.Oom, BatchAbove = 2 }];
        var disturbed = await ScoresAsync(new SimulationScript { Time = NoTime, Mishaps = mishaps }, attempts: 2);
        Assert.Equal(smooth, disturbed);
        Assert.True(smooth.Values.Distinct().Count() > 3, string.Join(' ', smooth.Values));
    }

    /// <returns>Variant and fold to score.</returns>
    private static async Task<SortedDictionary<string, double?>> ScoresAsync(SimulationScript script, int attempts)
    {
        using var folder = new TempDirectory();
        await using var cluster = await TestCluster.StartSimulatedAsync(
            folder, script, [new() { NodeName = "a", Slots = 4, CommitsCheckpoints = true }, new() { NodeName = "b", Slots = 4 }]);
        var sweep = await cluster.EndOfAsync(await cluster.SubmitAsync(TestCluster.Yaml(Search, Rates)));
        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        Assert.Equal(12, sweep.Trials.Length);
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 3), (t.State, t.Epoch)));
        Assert.True(sweep.Trials.Sum(t => t.Attempt) >= attempts * 12);
        var board = await cluster.LeaderboardAsync(sweep.Summary.Id);
        Assert.Equal(6, board.Variants.Length);
        return new(sweep.Trials.ToDictionary(t => $"{t.Variant}-{t.Fold}", t => t.Map40));
    }
}
