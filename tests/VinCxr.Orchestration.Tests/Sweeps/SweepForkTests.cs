using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Orchestration.Agents;
using VinCxr.Orchestration.Tests.Fakes;
using VinCxr.Testing;

namespace VinCxr.Orchestration.Tests.Sweeps;

/// <summary>Sweeps that start from checkpoints of others.</summary>
public sealed class SweepForkTests
{
    private static readonly string Longer = TestCluster.Yaml(rates: "[0.02, 0.03]").Replace("epochs: 3", "epochs: 6");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fork_goes_on_from_the_same_fold_of_the_best_or_the_named_variant_and_owns_its_start(bool ofSweep)
    {
        using var folder = new TempDirectory();
        string source = await TrainAsync(folder);
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);

        // Variant v1 is the better one; naming any of its trials means the same.
        string fork = (await cluster.Registry.SubmitAsync(new SubmitSweep(Longer, ForkOf: ofSweep ? "My Sweep" : $"{source}-v1-f0"))).Id;

        foreach (var trial in (await cluster.Sweep(fork).GetAsync()).Trials)
        {
            var plan = (await LeasePlannedAsync(cluster, trial.Id)).Plan;
            Assert.Equal((fork, false), (plan.StartSeal, plan.StartFresh));
            Assert.Equal($"3 by {source}-v1-f{trial.Fold}", await OpenAsync(folder, cluster, plan));
        }

        Assert.NotEqual(source, fork);
        Assert.Equal($"{source}-v1-f0", (await cluster.Sweep(fork).GetAsync()).ForkOf);
        Assert.EndsWith($"fork of {source}-v1-f0", (await cluster.DecisionsAsync(fork))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_fork_starts_from_outlives_newer_checkpoints_of_its_source()
    {
        using var folder = new TempDirectory();
        string source = await TrainAsync(folder);
        TrialPlan plan;
        await using (var cluster = await TestCluster.StartAsync(folder, trainer: null))
        {
            string fork = (await cluster.Registry.SubmitAsync(new SubmitSweep(Longer, ForkOf: source))).Id;
            plan = (await LeasePlannedAsync(cluster, $"{fork}-v0-f0")).Plan;
            await cluster.Sweep(fork).CancelAsync();
        }

        await using var again = await TestCluster.StartAsync(folder, Trainer());
        string? before = (await again.Trial($"{source}-v1-f0").GetAsync()).CheckpointBlob;
        await again.Sweep(source).ExtendAsync(TestCluster.Yaml().Replace("epochs: 3", "epochs: 4"));
        await again.EndOfAsync(source);

        Assert.Null(await again.Store.Blobs.FindAsync(before!, TestCluster.Cancel));
        Assert.Equal($"3 by {source}-v1-f0", await OpenAsync(folder, again, plan));
    }

    [Fact]
    public async Task A_warm_start_takes_weights_only_and_may_be_one_of_the_searched_values()
    {
        using var folder = new TempDirectory();
        string source = await TrainAsync(folder);
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);
        string yaml = TestCluster.Yaml().Replace("train.lr: {values: [0.01, 0.1]}", $"model.weights: {{values: [none, 'trial:{source}-v0-f1']}}");

        string id = (await cluster.Registry.SubmitAsync(new SubmitSweep(yaml))).Id;

        var cold = (await LeasePlannedAsync(cluster, $"{id}-v0-f0")).Plan;
        var warm = (await LeasePlannedAsync(cluster, $"{id}-v1-f0")).Plan;
        Assert.Equal((null, false), (cold.StartBlob, cold.StartFresh));
        Assert.Equal((id, true), (warm.StartSeal, warm.StartFresh));
        Assert.Equal($"3 by {source}-v0-f0", await OpenAsync(folder, cluster, warm));
        Assert.Contains("\"weights\":\"none\"", warm.SettingsJson, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed: 1", "seed: 2", "its weights have seen images that this sweep scores on")]
    [InlineData("epochs: 6", "epochs: 3", "train.epochs: '3' leaves nothing to train")]
    [InlineData("image_size: 64", "image_size: 64, variant: m", "model.variant: 'm' differs from 's' of")]
    public async Task A_source_that_does_not_fit_is_refused_and_nothing_is_recorded(string from, string to, string message)
    {
        using var folder = new TempDirectory();
        string source = await TrainAsync(folder);
        await using var cluster = await TestCluster.StartAsync(folder, trainer: null);

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.Registry.SubmitAsync(new SubmitSweep(Longer.Replace(from, to), ForkOf: source)));

        Assert.Contains(message, refused.Errors[0], StringComparison.Ordinal);
        Assert.Single(await cluster.Registry.ListAsync());
        var unknown = await Assert.ThrowsAsync<NotFoundException>(() => cluster.Registry.SubmitAsync(new SubmitSweep(Longer, ForkOf: "nothing")));
        Assert.Contains("no sweep or trial 'nothing'", unknown.Message, StringComparison.Ordinal);
    }

    private static FakeTrainer Trainer() => new() { Checkpoint = (job, epoch) => $"{epoch} by {job.TrialId}" };

    private static async Task<string> TrainAsync(TempDirectory folder)
    {
        await using var cluster = await TestCluster.StartAsync(folder, Trainer());
        string id = await cluster.SubmitAsync(TestCluster.Yaml());
        await cluster.EndOfAsync(id);
        return id;
    }

    private static async Task<TrialLease> LeasePlannedAsync(TestCluster cluster, string trialId) => (await Eventually.ReadAsync(
        () => cluster.Lease(trialId).TryLeaseAsync(new LeaseRequest("test", "test")), lease => lease is not null, "planned", TestCluster.Cancel))!;

    /// <summary>The content of the checkpoint that a plan starts from, which must carry the seal that the plan names.</summary>
    private static async Task<string> OpenAsync(TempDirectory folder, TestCluster cluster, TrialPlan plan)
    {
        string path = folder.File($"{plan.TrialId}.start");
        await using (var source = await cluster.Store.Blobs.OpenReadAsync(plan.StartBlob!, cancellationToken: TestCluster.Cancel))
        await using (var target = File.Create(path))
        {
            await source.CopyToAsync(target, TestCluster.Cancel);
        }

        CheckpointSeal.Remove(path, plan.StartSeal!);
        return await File.ReadAllTextAsync(path, TestCluster.Cancel);
    }
}
