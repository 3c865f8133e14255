using System.Diagnostics;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Simulation;

namespace VinCxr.Benchmarks.Scheduling;

/// <summary>What watchers cost: pairs of the same sweep without and with them, in turn first, over the real API of the silo's process.</summary>
internal static class WatchersBench
{
    private const double LeadIn = 0.1;

    private static readonly SimulationScript NoTime = new() { Time = new TimeScript(Startup: 0, Epoch: 0) };

    public static async Task RunAsync(int trials, int slots, int watchers, int pairs, TextWriter output, CancellationToken cancellationToken)
    {
        await using var bench = await BenchStore.OpenAsync(overMongo: false);
        var ended = new Percentiles();
        await using var cluster = await ScaleCluster.StartAsync(bench, NoTime, TrialsBench.AgentsOf(slots, ended), isServed: true);
        using var clients = WatchClients.Start(cluster.Address!, watchers);
        await RunAsync(cluster, ended, trials, slots, null, cancellationToken);
        await output.WriteLineAsync($"warmed up with {trials} trials");
        List<double> without = [], with = [];
        for (int pair = 0; pair < pairs; pair++)
        {
            foreach (bool isWatched in pair % 2 == 0 ? new[] { false, true } : [true, false])
            {
                var (rate, bytes) = await RunAsync(cluster, ended, trials, slots, isWatched ? clients : null, cancellationToken);
                (isWatched ? with : without).Add(rate);
                await output.WriteLineAsync($"  {(isWatched ? $"{watchers} watchers" : "no watcher")}: {rate:0} trials/s{(isWatched ? $", {bytes / 1e6 / watchers:0.0} MB to each" : "")}");
            }
        }

        double ratio = with.Sum() / without.Sum();
        await output.WriteLineAsync(
            $"watchers: {without.Average():0} trials/s without, {with.Average():0} with {watchers} of them: {100 * (1 - ratio):0.0} % slower; pairs {string.Join(", ", with.Zip(without, (a, b) => $"{100 * (1 - (a / b)):0.0} %"))}");
    }

    /// <returns>Trials a second after the lead-in, and what all watchers got.</returns>
    private static async Task<(double Rate, long Bytes)> RunAsync(
        ScaleCluster cluster, Percentiles ended, int trials, int slots, WatchClients? clients, CancellationToken cancellationToken)
    {
        int before = ended.Count;
        string sweep = await cluster.SubmitAsync(trials, 1, slots);
        if (clients is not null)
        {
            await clients.WatchAsync(sweep);
        }

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        int led = 0;
        long start = 0;
        while (ended.Count - before < trials)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            if (start == 0 && ended.Count - before >= LeadIn * trials)
            {
                (led, start) = (ended.Count - before, Stopwatch.GetTimestamp());
            }
        }

        double rate = (trials - led) / Stopwatch.GetElapsedTime(start).TotalSeconds;

        // The leaderboard of one sweep must not run into the next.
        while ((await cluster.Grains.GetGrain<ISweepCoordinationGrain>(sweep).GetSummaryAsync()).EndedAt is null)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return (rate, clients is null ? 0 : await clients.EndAsync());
    }
}
