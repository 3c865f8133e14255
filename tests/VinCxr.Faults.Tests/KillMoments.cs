using System.Globalization;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests;

/// <summary>
/// Draws moments by how much of the work is in the store, from nothing to all of it. <c>VINCXR_KILL_RUNS</c> says how many (6 by default; the long run
/// takes 20), <c>VINCXR_KILL_SEED</c> repeats a run.
/// </summary>
internal static class KillMoments
{
    private const int DefaultRuns = 6;

    public static IEnumerable<double> Draw(string what)
    {
        int runs = Number("VINCXR_KILL_RUNS") ?? DefaultRuns;
        int seed = Number("VINCXR_KILL_SEED") ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"{what}: {runs} kills, VINCXR_KILL_SEED={seed}");
        var random = new Random(seed);
        // One part each, so that few runs still cover start, middle and end.
        return Enumerable.Range(0, runs).Select(i => (i + random.NextDouble()) / runs).ToArray();
    }

    /// <summary>Kills the run once the store holds that many bytes.</summary>
    /// <returns>False when it had ended by itself before.</returns>
    public static async Task<bool> KillAtAsync(VinCxrRun run, StoreFolder store, long bytes)
    {
        await Eventually.ReadAsync(
            () => Task.FromResult(run.HasEnded || (store.Exists && store.Bytes() >= bytes)), reached => reached, $"at {bytes} bytes",
            TestContext.Current.CancellationToken, TimeSpan.FromMinutes(5));
        bool isRunning = !run.HasEnded;
        if (isRunning)
        {
            await run.KillAsync();
        }

        return isRunning;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int value) ? value : null;
}
