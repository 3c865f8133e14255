using System.Diagnostics;
using System.Globalization;

namespace VinCxr.Benchmarks.Scheduling;

/// <summary>Many watchers of one sweep, in a process of their own that gives way to the server's.</summary>
internal sealed class WatchClients : IDisposable
{
    public const string Command = "watch-clients";

    private readonly Process _process;

    private WatchClients(Process process) => _process = process;

    public static WatchClients Start(Uri server, int watchers)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "VinCxr.Benchmarks.dll");
        string[] words = ["dotnet", program, Command, server.AbsoluteUri, watchers.ToString(CultureInfo.InvariantCulture)];
        if (OperatingSystem.IsLinux())
        {
            words = ["nice", "-n", "19", .. words];
        }

        return new WatchClients(Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!);
    }

    /// <summary>Returns when all of them have the sweep.</summary>
    public async Task WatchAsync(string sweep)
    {
        await _process.StandardInput.WriteLineAsync(sweep);
        await _process.StandardInput.FlushAsync();
        await _process.StandardOutput.ReadLineAsync();
    }

    /// <returns>Bytes that all of them got, once their streams have ended.</returns>
    public async Task<long> EndAsync() =>
        long.Parse(await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the watchers ended before the sweep"), CultureInfo.InvariantCulture);

    /// <summary>The other process: for each sweep that stdin names, watches it with all clients until it has ended.</summary>
    public static async Task RunAsync(Uri server, int watchers, TextReader input, TextWriter output)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = watchers }) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        while (await input.ReadLineAsync() is { } sweep)
        {
            var ready = new CountdownEvent(watchers);
            long bytes = 0;
            var all = Task.WhenAll(Enumerable.Range(0, watchers).Select(async _ => Interlocked.Add(ref bytes, await ReadAsync(client, sweep, ready))));
            await Task.WhenAny(Task.Run(ready.Wait), all);
            await output.WriteLineAsync("ready");
            await output.FlushAsync();
            await all;
            await output.WriteLineAsync(bytes.ToString(CultureInfo.InvariantCulture));
            await output.FlushAsync();
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<long> ReadAsync(HttpClient client, string sweep, CountdownEvent ready)
    {
        await using var events = await client.GetStreamAsync(new Uri($"/api/v1/sweeps/{sweep}/events", UriKind.Relative));
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read; (read = await events.ReadAsync(buffer)) > 0; bytes += read)
        {
            if (bytes == 0)
            {
                ready.Signal();
            }
        }

        return bytes;
    }
}
