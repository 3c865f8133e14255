using System.Diagnostics;
using System.Text;
using VinCxr.Server.Hosting;
using VinCxr.Testing;

namespace VinCxr.Faults.Tests;

/// <summary>A real <c>vincxr serve</c> in a process of its own.</summary>
internal sealed class ServeProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServeProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts the first server of a store.</summary>
    public static async Task<ServeProcess> StartAsync(string store, CancellationToken cancellationToken)
    {
        var serve = Start(store, "--lease-ttl", "300");
        await Eventually.ReadAsync(
            () => Task.FromResult(ServerRecord.Read(Path.Combine(store, "server.json"))),
            r => serve._process.HasExited ? throw new InvalidOperationException(serve.Output) : r?.Pid == serve._process.Id,
            "serving", cancellationToken);
        return serve;
    }

    /// <summary>Starts a server of a role, which answers before this returns.</summary>
    /// <param name="more">Further options.</param>
    public static async Task<ServeProcess> StartNodeAsync(string store, string role, string node, CancellationToken cancellationToken, params string[] more)
    {
        var serve = Start(store, ["--role", role, "--node", node, "--slots", "1", "--cache", Path.Combine(store, "cache", node), .. more]);
        await serve.SaysAsync("serving ", cancellationToken);
        return serve;
    }

    /// <summary>Starts a server that trains and answers at a port which one before it may have had.</summary>
    /// <param name="more">Further options.</param>
    public static async Task<ServeProcess> StartAtAsync(string store, int port, CancellationToken cancellationToken, params IEnumerable<string> more)
    {
        var serve = new ServeProcess(Launch(["--store", store, "--urls", $"http://127.0.0.1:{port}", "--node", "node", .. more]));
        await serve.SaysAsync("serving ", cancellationToken);
        return serve;
    }

    /// <summary>Waits until its output has the words.</summary>
    public Task<string> SaysAsync(string words, CancellationToken cancellationToken, int times = 1) => Eventually.ReadAsync(
        () => Task.FromResult(Output),
        o => _process.HasExited ? throw new InvalidOperationException($"exit {_process.ExitCode}: {o}") : o.Split(words).Length > times,
        $"saying '{words}'", cancellationToken, TimeSpan.FromMinutes(3));

    /// <summary>Sends a signal, for example <c>STOP</c>, to the server alone.</summary>
    public async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(cancellationToken);
    }

    /// <returns>Its exit code, once it has ended.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public bool HasEnded => _process.HasExited;

    private static ServeProcess Start(string store, params string[] more) =>
        new(Launch(["--store", store, "--urls", "http://127.0.0.1:0", .. more]));

    /// <summary>Starts <c>vincxr serve</c>; the caller reads its output, or the pipe fills.</summary>
    public static Process Launch(IEnumerable<string> arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "vincxr.dll"), "serve", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Most memory the process has held so far, in bytes; null where the system does not tell.</summary>
    public long? PeakMemory
    {
        get
        {
            string path = $"/proc/{_process.Id}/status";
            string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
            return line is null ? null : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>SIGKILL to the server alone; its trainers have to notice by themselves.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill(entireProcessTree: false);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }
}
