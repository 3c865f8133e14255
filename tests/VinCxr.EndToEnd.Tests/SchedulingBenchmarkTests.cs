using VinCxr.Benchmarks.Scheduling;

namespace VinCxr.EndToEnd.Tests;

/// <summary>The benchmarks of the control plane at a small scale: that they run to their end and report, not how fast.</summary>
public sealed class SchedulingBenchmarkTests
{
    [Theory]
    [InlineData("trials --trials 20 --slots 8 --warm-up 5 --end 60", "trials: 20 admitted and finished", "leaderboard over a client", "sweep ended with leaderboard")]
    [InlineData("results --slots 5 --seconds 1", "results durably recorded")]
    [InlineData("agents --agents 3 --seconds 2", "3 agents x 1 result/s")]
    [InlineData("watchers --trials 20 --slots 8 --watchers 5 --pairs 2", "no watcher:", "5 watchers:", "% slower")]
    [InlineData("store --writers 20 --seconds 1", "appends of one entry", "document puts")]
    [InlineData("store --writers 20 --seconds 1 --mongo", "store mongodb, 20 writers")]
    public async Task A_benchmark_runs_to_its_end(string arguments, params string[] expected)
    {
        using var output = new StringWriter();
        Assert.Equal(0, await SchedulingCommand.RunAsync(arguments.Split(' '), output));
        Assert.All(expected, text => Assert.Contains(text, output.ToString(), StringComparison.Ordinal));
    }
}
