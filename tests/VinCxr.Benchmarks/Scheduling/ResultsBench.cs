using System.Diagnostics;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Simulation;
using VinCxr.Orchestration.Simulation;

namespace VinCxr.Benchmarks.Scheduling;

/// <summary>Running trials that report scores: as fast as they are acknowledged, or one a second from many agents.</summary>
internal static class ResultsBench
{
    /// <summary>Every slot reports again as soon as its last result is durable.</summary>
    public static async Task ThroughputAsync(bool overMongo, int slots, int seconds, TextWriter output, CancellationToken cancellationToken)
    {
        await using var bench = await BenchStore.OpenAsync(overMongo);
        var reported = new Percentiles();
        var script = new SimulationScript { Time = new TimeScript(Startup: 0, Epoch: 0) };
        var agents = TrialsBench.AgentsOf(slots, new Percentiles()).Select(a => a with { Reported = reported.Add });
        await using var cluster = await ScaleCluster.StartAsync(bench, script, agents);
        string sweep = await cluster.SubmitAsync(slots, 100_000, slots);
        await RunningAsync(cluster, sweep, slots, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);

        int before = reported.Count;
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
        var measured = reported.After(before);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        await output.WriteLineAsync($"results durably recorded: {measured.Count / elapsed:0}/s from {slots} trials, acknowledged in {measured}; {used / measured.Count * 1e6:0} us CPU each");
        await cluster.Grains.GetGrain<ISweepGrain>(sweep).CancelAsync();
    }

    /// <summary>One slot per agent, one result a second: how much longer the trials take than their script says.</summary>
    public static async Task AgentsAsync(bool overMongo, int agents, int seconds, TextWriter output, CancellationToken cancellationToken)
    {
        await using var bench = await BenchStore.OpenAsync(overMongo);
        Percentiles reported = new(), ended = new();
        var script = new SimulationScript { Time = new TimeScript(Startup: 0, Epoch: 1, Spread: 0, Jitter: 0) };
        var options = Enumerable.Range(0, agents).Select(i => new SimulatedAgentOptions { NodeName = $"node{i}", Slots = 1, Reported = reported.Add, Ended = ended.Add });
        await using var cluster = await ScaleCluster.StartAsync(bench, script, options);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await cluster.SubmitAsync(agents, seconds, agents);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.1));
        while (ended.Count < agents)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        await output.WriteLineAsync($"{agents} agents x 1 result/s: trials of {seconds} s took p50 {ended.At(0.5) / 1e3:0.00} s, p95 {ended.At(0.95) / 1e3:0.00} s, longest {ended.At(1) / 1e3:0.00} s "
            + $"({100 * ((ended.At(1) / 1e3 / seconds) - 1):0.0} % more than undisturbed); whole sweep {elapsed:0.0} s; results acknowledged in {reported}; {used / elapsed * 100:0} % of a core");
    }

    private static async Task RunningAsync(ScaleCluster cluster, string sweep, int trials, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.2));
        while ((await cluster.Grains.GetGrain<ISweepGrain>(sweep).GetAsync()).Trials.Count(t => t.Epoch > 0) < trials)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
