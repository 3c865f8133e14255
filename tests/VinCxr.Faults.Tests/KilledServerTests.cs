using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis;
using VinCxr.Server.Hosting;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests;

public sealed class KilledServerTests
{
    private const string Yaml = """
        name: killed
        dataset: phantoms
        preprocess: {size: 64}
        folds: {count: 2, seed: 1}
        model: {variant: n, image_size: 64}
        train: {epochs: 4, batch: 4, warmup_epochs: 0}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [BoundedFact]
    public async Task A_server_killed_in_mid_trial_goes_on_from_the_checkpoint_when_started_again()
    {
        using var folder = new TempDirectory();
        string store = folder.File("store");
        await IngestAsync(folder, store);

        string id, interrupted;
        TrialDetails before;
        using (var serve = await ServeProcess.StartAsync(store, Cancel))
        {
            await using (var client = await EmbeddedCluster.ConnectAsync(store, cancellationToken: Cancel))
            {
                id = (await client.Grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).SubmitAsync(new SubmitSweep(Yaml))).Id;
                interrupted = $"{id}-v0-f0";
                await Eventually.ReadAsync(() => client.Grains.GetGrain<ISweepGrain>(id).GetAsync(), s => s.Trials.Length == 2 && s.Trials[0].Attempt > 0, "begun", Cancel);
                before = await Eventually.ReadAsync(
                    () => client.Grains.GetGrain<ITrialGrain>(interrupted).GetAsync(), t => t.CheckpointEpoch >= 1, "past a checkpoint", Cancel, TimeSpan.FromMinutes(5));
            }

            await serve.KillAsync(Cancel);
        }

        using var again = await ServeProcess.StartAsync(store, Cancel);
        await using var cluster = await EmbeddedCluster.ConnectAsync(store, cancellationToken: Cancel);
        var sweep = await Eventually.ReadAsync(
            () => cluster.Grains.GetGrain<ISweepGrain>(id).GetAsync(), s => s.Summary.EndedAt is not null, "ended", Cancel, TimeSpan.FromMinutes(5));

        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, 4), (t.State, t.Epoch)));
        var trial = await cluster.Grains.GetGrain<ITrialGrain>(interrupted).GetAsync();
        Assert.Equal((2, 1, 0), (trial.Summary.Attempt, trial.PreemptionsUsed, trial.ErrorsUsed));
        var metrics = await cluster.Grains.GetGrain<ITrialGrain>(interrupted).GetMetricsAsync(0);
        int firstAfter = metrics.Where(m => m.LeaseEpoch == 2).Min(m => m.Epoch);
        Assert.True(firstAfter > before.CheckpointEpoch, $"resumed at epoch {firstAfter}, a checkpoint of epoch {before.CheckpointEpoch} was committed");
        var decisions = await cluster.Grains.GetGrain<ISweepGrain>(id).GetDecisionsAsync(0);
        Assert.Single(decisions, d => d.Text.StartsWith($"trial {interrupted} succeeded", StringComparison.Ordinal));
    }

    private static async Task IngestAsync(TempDirectory folder, string storePath)
    {
        await PhantomGenerator.WriteAsync(new PhantomOptions(8, Size: 64, NormalFraction: 0.25, FindingIds: [3]), folder.File("images"), cancellationToken: Cancel);
        await using var store = await StoreFactory.OpenAsync(storePath, create: true, Cancel);
        await new DatasetIngest(store).RunAsync("phantoms", folder.File("images"), Path.Combine(folder.File("images"), "train.csv"), new IngestOptions(), cancellationToken: Cancel);
    }
}
