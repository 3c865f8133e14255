using System.Text.Json;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Contracts.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis;
using VinCxr.Server.Hosting;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>
/// The promise of this system, held to real processes: random faults over a sweep of 60 trials on 5 silos cost at most one checkpoint interval of a
/// trial each, and change no result. docs/faults.md holds the report of a long run.
/// </summary>
public sealed class StormTests(ITestOutputHelper output)
{
    private const string Key = "storm";

    // When all faults have struck, the trainers are told to hurry.
    private static readonly TimeSpan QuickPace = TimeSpan.FromMilliseconds(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [StormFact]
    public async Task Random_faults_lose_nothing_and_change_nothing()
    {
        Assert.SkipWhen(RedisServer.Missing is not null, RedisServer.Missing ?? "");
        var options = StormOptions.FromEnvironment();
        output.WriteLine($"{options.Faults} faults, VINCXR_STORM_SEED={options.Seed}");
        using var redis = await RedisServer.StartAsync(Cancel);
        using var folder = new TempDirectory();
        string undisturbed = await UndisturbedAsync(options, folder);
        string directory = options.LogFolder ?? folder.File("storm");
        Directory.CreateDirectory(directory);

        var trainer = new SimulatedTrainerCommand(directory, StormOptions.Pace);
        await using var cluster = await StormCluster.StartAsync(directory, trainer, redis, IngestAsync, Cancel);
        string id = (await cluster.Client.Grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).SubmitAsync(new SubmitSweep(options.Yaml, Key))).Id;
        await using var watch = await SweepWatch.StartAsync(cluster.Client, id);
        await watch.UntilAsync(s => s.Trials.Count(t => t.State == TrialState.Running) == StormOptions.MaxConcurrent, TimeSpan.FromMinutes(2), "at work", Cancel);

        long start = TimeProvider.System.GetTimestamp();
        var faults = await new StormDriver(cluster, watch, output.WriteLine).RunAsync(FaultPlan.Draw(options.Faults, options.Seed, StormOptions.LeaseTtl, options.Kinds), Cancel);
        var length = TimeProvider.System.GetElapsedTime(start);
        Assert.True(watch.Newest.Sweep.Summary.EndedAt is null, "the sweep ended before the storm: the last faults hit nothing");
        trainer.SetPace(QuickPace);
        var sweep = await EndAsync(cluster, watch);

        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        Assert.Equal(StormOptions.Variants * StormOptions.Folds, sweep.Trials.Length);
        Assert.All(sweep.Trials, t => Assert.Equal((TrialState.Succeeded, options.Epochs), (t.State, t.Epoch)));
        Assert.Empty(watch.TakenBack);
        Assert.Equal(options.Faults, faults.Count);
        var decisions = await DecisionsAsync(cluster, id);
        if (options.LogFolder is { } logs)
        {
            await File.WriteAllLinesAsync(Path.Combine(logs, "decisions.jsonl"), decisions.Select(d => JsonSerializer.Serialize(d, JsonSerializerOptions.Web)), Cancel);
        }

        EveryTrialEndedOnce(decisions, sweep);
        List<string> broken = [.. cluster.Silos.SelectMany(s => s.GaveUp)];
        var repeated = await CheckLedgersAsync(options, cluster, sweep, broken);
        if (await LeaderboardAsync(() => cluster.AskAsync(grains => grains.GetGrain<ILeaderboardGrain>(id).GetAsync(), Cancel)) != undisturbed)
        {
            broken.Add("the leaderboard differs from the undisturbed run's");
        }

        var report = new StormReport(options, length, faults, repeated, sweep.Trials.Length, sweep.Trials.Sum(t => t.Attempt), broken);
        output.WriteLine(report.ToMarkdown());
        if (options.ReportPath is { } path)
        {
            await File.WriteAllTextAsync(path, report.ToMarkdown(), Cancel);
        }

        Assert.Empty(broken);
    }

    /// <summary>The same sweep with the same seeds in this very process, with nothing going wrong.</summary>
    private static async Task<string> UndisturbedAsync(StormOptions options, TempDirectory folder)
    {
        string store = $"file://{folder.File("undisturbed")}";
        await IngestAsync(store);
        var trainer = new SimulatedTrainerCommand(folder.File(""), QuickPace);
        var agent = new AgentSettings { NodeName = "calm", Slots = StormOptions.MaxConcurrent, TrainerCommand = trainer.Words, CacheDirectory = folder.File("calm-cache") };
        await using var calm = await EmbeddedCluster.ConnectAsync(store, new EmbeddedOptions { Agent = agent }, Cancel);
        string id = (await calm.Grains.GetGrain<ISweepRegistryGrain>(ISweepRegistryGrain.Key).SubmitAsync(new SubmitSweep(options.Yaml, Key))).Id;
        var sweep = await Eventually.ReadAsync(
            () => calm.Grains.GetGrain<ISweepGrain>(id).GetAsync(), s => s.Summary.EndedAt is not null, "ended", Cancel, TimeSpan.FromMinutes(5));
        Assert.Equal(SweepState.Succeeded, sweep.Summary.State);
        return await LeaderboardAsync(() => calm.Grains.GetGrain<ILeaderboardGrain>(id).GetAsync());
    }

    /// <summary>Waits for the end; a trial that never comes to its own is shown as its grain and as the store have it.</summary>
    private static async Task<SweepDetails> EndAsync(StormCluster cluster, SweepWatch watch)
    {
        try
        {
            return (await watch.UntilAsync(s => s.Summary.EndedAt is not null, TimeSpan.FromMinutes(5), "ended", Cancel)).Sweep;
        }
        catch (TimeoutException late)
        {
            await using var store = await StoreFactory.OpenAsync(cluster.DirectUri, create: false, Cancel);
            List<string> stuck = [];
            foreach (var trial in watch.Newest.Sweep.Trials.Where(t => t.State is TrialState.Pending or TrialState.Leased or TrialState.Running).Take(5))
            {
                string stored = (await store.Documents.FindAsync("grain-trial", trial.Id, Cancel))?.Json ?? "nothing";
                string said = await Record.ExceptionAsync(async () => stuck.Add($"{await cluster.Client.Grains.GetGrain<ITrialGrain>(trial.Id).GetAsync()}")) is { } error ? error.Message : "";
                stuck.Add($"{trial.Id}: {said} stored: {stored}");
            }

            throw new TimeoutException($"{late.Message}\n{string.Join('\n', stuck)}", late);
        }
    }

    private static async Task IngestAsync(string storeUri)
    {
        using var folder = new TempDirectory();
        await PhantomGenerator.WriteAsync(new PhantomOptions(40, Size: 64, NormalFraction: 0.25, FindingIds: [0, 3, 8]), folder.File("images"), cancellationToken: Cancel);
        await using var store = await StoreFactory.OpenAsync(storeUri, create: true, Cancel);
        await new DatasetIngest(store).RunAsync("phantoms", folder.File("images"), Path.Combine(folder.File("images"), "train.csv"), new IngestOptions(), cancellationToken: Cancel);
    }

    private static async Task<string> LeaderboardAsync(Func<Task<Leaderboard>> read)
    {
        var board = await Eventually.ReadAsync(read, b => b.IsComplete, "complete", Cancel);
        return JsonSerializer.Serialize(board, JsonSerializerOptions.Web);
    }

    private static async Task<List<DecisionLine>> DecisionsAsync(StormCluster cluster, string id)
    {
        List<DecisionLine> decisions = [];
        while (await cluster.AskAsync(grains => grains.GetGrain<ISweepGrain>(id).GetDecisionsAsync(decisions.Count > 0 ? decisions[^1].Sequence : 0), Cancel) is { Length: > 0 } page)
        {
            decisions.AddRange(page);
        }

        return decisions;
    }

    private static void EveryTrialEndedOnce(IEnumerable<DecisionLine> decisions, SweepDetails sweep)
    {
        var ends = decisions.Where(d => d is { Kind: "ended", TrialId: not null }).GroupBy(d => d.TrialId!).ToDictionary(g => g.Key, g => g.Count());
        Assert.All(sweep.Trials, t => Assert.Equal((t.Id, 1), (t.Id, ends.GetValueOrDefault(t.Id))));
    }

    private static async Task<IReadOnlyList<int>> CheckLedgersAsync(StormOptions options, StormCluster cluster, SweepDetails sweep, List<string> broken)
    {
        await using var store = await StoreFactory.OpenAsync(cluster.DirectUri, create: false, Cancel);
        List<int> repeated = [];
        foreach (var trial in sweep.Trials)
        {
            var ledger = await MetricLedger.ReadAsync(store, trial.Id, Cancel);
            var shown = await cluster.AskAsync(grains => grains.GetGrain<ITrialGrain>(trial.Id).GetMetricsAsync(0), Cancel);
            (bool Holds, string What)[] promises =
            [
                (ledger.LeasesAscend, "a stale lease was heard after its fence"),
                (ledger.EachLeaseCountsUp, "an epoch was accepted twice from one lease"),
                (ledger.EffectiveEpochs.SequenceEqual(Enumerable.Range(1, options.Epochs)), "an epoch is missing from the metrics"),
                (ledger.Repeated().All(r => r <= StormOptions.CheckpointInterval), $"epochs trained again at one change of the lease: {ledger.Repeated().DefaultIfEmpty().Max()}"),
                (shown.Select(m => m.Step).Distinct().Count() == shown.Length, "two metrics are shown for one step"),
            ];
            broken.AddRange(promises.Where(p => !p.Holds).Select(p => $"{trial.Id}: {p.What}"));
            repeated.AddRange(ledger.Repeated());
        }

        return repeated;
    }
}
