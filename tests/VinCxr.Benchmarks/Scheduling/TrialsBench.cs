using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using VinCxr.Contracts.Leaderboards;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Simulation;
using VinCxr.Orchestration.Simulation;

namespace VinCxr.Benchmarks.Scheduling;

/// <summary>One sweep of trials that take no time of their own: what admitting, running and finishing a trial costs, then memory and queries.</summary>
internal static class TrialsBench
{
    private const int SlotsPerAgent = 100;
    private const int Queries = 50;

    private static readonly SimulationScript NoTime = new() { Time = new TimeScript(Startup: 0, Epoch: 0) };

    public static async Task RunAsync(
        bool overMongo, int trials, int slots, int warmUp, double secondsToEnd, TextWriter output, CancellationToken cancellationToken)
    {
        await using var bench = await BenchStore.OpenAsync(overMongo);
        var overhead = new Percentiles();
        await using var cluster = await ScaleCluster.StartAsync(bench, NoTime, AgentsOf(slots, overhead));

        // A sweep before: shards are made and code is compiled, as in a server that has run for a while.
        await FinishAsync(cluster, await cluster.SubmitAsync(warmUp, 1, slots), overhead, warmUp, TimeSpan.FromMinutes(5), output, cancellationToken);
        await output.WriteLineAsync($"warmed up with {warmUp} trials");
        long before = Heap();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        string sweep = await cluster.SubmitAsync(trials, 1, slots);
        var submitted = Stopwatch.GetElapsedTime(start);
        overhead = await FinishAsync(cluster, sweep, overhead, trials, TimeSpan.FromMinutes(30), output, cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        await output.WriteLineAsync($"trials: {trials} admitted and finished in {seconds:0.0} s = {trials / seconds:0}/s on {slots} slots; submission {submitted.TotalSeconds:0.00} s; {used / trials * 1e3:0.00} ms CPU each");
        await output.WriteLineAsync($"overhead of a no-op trial under that load, lease to acknowledged end: {overhead}");

        start = Stopwatch.GetTimestamp();
        bool ended = await EndAsync(cluster, sweep, TimeSpan.FromSeconds(secondsToEnd), cancellationToken);
        await output.WriteLineAsync($"sweep {(ended ? "ended with leaderboard and ensembles" : "had not ended")} {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s later");
        await output.WriteLineAsync($"memory: {(Heap() - before) / 1e6:0} MB of managed heap more than before, working set {Environment.WorkingSet / 1e6:0} MB");
        await QueryAsync(cluster, sweep, output);
    }

    public static IEnumerable<SimulatedAgentOptions> AgentsOf(int slots, Percentiles ended)
    {
        for (int first = 0; first < slots; first += SlotsPerAgent)
        {
            yield return new SimulatedAgentOptions { NodeName = $"node{first / SlotsPerAgent}", Slots = Math.Min(SlotsPerAgent, slots - first), Ended = ended.Add };
        }
    }

    /// <returns>The durations of this sweep's trials alone.</returns>
    private static async Task<Percentiles> FinishAsync(
        ScaleCluster cluster, string sweep, Percentiles ended, int trials, TimeSpan limit, TextWriter output, CancellationToken cancellationToken)
    {
        int before = ended.Count;
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.05));
        double told = 0;
        while (ended.Count - before < trials)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (seconds > limit.TotalSeconds)
            {
                throw new TimeoutException($"{ended.Count - before} of {trials} trials of sweep {sweep} ended within {limit.TotalSeconds:0} s");
            }

            if (seconds >= told + 5)
            {
                told = seconds;
                await output.WriteLineAsync($"  {seconds:0} s: {ended.Count - before} of {trials} ended");
            }
        }

        return ended.After(before);
    }

    private static async Task<bool> EndAsync(ScaleCluster cluster, string sweep, TimeSpan limit, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.5));
        while (Stopwatch.GetElapsedTime(start) < limit)
        {
            if ((await cluster.Grains.GetGrain<ISweepCoordinationGrain>(sweep).GetSummaryAsync()).EndedAt is not null)
            {
                return true;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return false;
    }

    private static async Task QueryAsync(ScaleCluster cluster, string sweep, TextWriter output)
    {
        using var client = await cluster.ConnectAsync();
        var grains = client.Services.GetRequiredService<IGrainFactory>();
        Percentiles board = new(), show = new();
        for (int i = 0; i < Queries; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await grains.GetGrain<ILeaderboardGrain>(sweep).GetAsync();
            board.Add(Stopwatch.GetElapsedTime(start));
            start = Stopwatch.GetTimestamp();
            await grains.GetGrain<ISweepGrain>(sweep).GetAsync();
            show.Add(Stopwatch.GetElapsedTime(start));
        }

        await output.WriteLineAsync($"leaderboard over a client: {board}");
        await output.WriteLineAsync($"sweep show over a client: {show}");
        await client.StopAsync();
    }

    private static long Heap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
