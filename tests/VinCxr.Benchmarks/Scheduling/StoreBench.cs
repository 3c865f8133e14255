using System.Diagnostics;

namespace VinCxr.Benchmarks.Scheduling;

/// <summary>Durable writes a second from many writers at once, each waiting for its own: appends of one entry to a log of its own, and document puts.</summary>
internal static class StoreBench
{
    private const int EntryLength = 200;
    private const int DocumentLength = 2000;

    public static async Task RunAsync(bool overMongo, int writers, double seconds, TextWriter output)
    {
        await using var bench = await BenchStore.OpenAsync(overMongo);
        string entry = new('x', EntryLength), document = $"{{\"text\":\"{new string('y', DocumentLength)}\"}}";
        var store = bench.Store;
        await MeasureAsync("appends of one entry", writers, seconds, output, async writer => _ = await store.Logs.AppendAsync($"log-{writer}", [entry]));
        string?[] etags = new string?[writers];
        await MeasureAsync("document puts", writers, seconds, output, async writer => etags[writer] = await store.Documents.PutAsync("bench", $"{writer}", document, etags[writer]));
        await output.WriteLineAsync($"  store {store.Uri.Split(':')[0]}, {writers} writers");
    }

    private static async Task MeasureAsync(string what, int writers, double seconds, TextWriter output, Func<int, Task> write)
    {
        var latency = new Percentiles();
        using var stop = new CancellationTokenSource();
        async Task WriteAsync(int writer)
        {
            await Task.Yield();
            while (!stop.IsCancellationRequested)
            {
                long start = Stopwatch.GetTimestamp();
                await write(writer);
                latency.Add(Stopwatch.GetElapsedTime(start));
            }
        }

        long began = Stopwatch.GetTimestamp();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        stop.CancelAfter(TimeSpan.FromSeconds(seconds));
        await Task.WhenAll(Enumerable.Range(0, writers).Select(WriteAsync));
        double elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds;
        double used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        await output.WriteLineAsync($"{what}: {latency.Count / elapsed:0}/s, {latency}; {used / latency.Count * 1e6:0} us CPU each");
    }
}
