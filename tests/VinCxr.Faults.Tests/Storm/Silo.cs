using System.Collections.Concurrent;
using System.Diagnostics;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>
/// One <c>vincxr serve</c> that may be killed, frozen and started again under the same name. One that ends without being killed is started again, as a
/// container orchestrator would, and remembered: no fault here is a reason to give up.
/// </summary>
internal sealed class Silo(string node, bool isControl, IReadOnlyList<string> arguments, string logPath) : IDisposable
{
    private const int LastLines = 5;

    // Far more than the kernel takes to end a process.
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<string> _gaveUp = new();
    private readonly Queue<string> _lastLines = new();
    private volatile Process? _process;
    private volatile bool _frozen;
    private volatile bool _mayEnd;

    public string Node => node;

    public bool IsControl => isControl;

    /// <summary>Ends that nobody brought about, each with its exit code and last words.</summary>
    public IReadOnlyCollection<string> GaveUp => _gaveUp;

    public int? Pid => _process is { HasExited: false } running ? running.Id : null;

    /// <summary>True while a fault may hit it: it runs, and is not frozen.</summary>
    public bool IsUp => Pid is not null && !_frozen;

    /// <summary>Port on which other silos reach it.</summary>
    public required int SiloPort { get; init; }

    public void Start()
    {
        var before = _process;
        _mayEnd = false;
        var process = ServeProcess.Launch(arguments);
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Exited += (_, _) => Ended(process);
        _process = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.EnableRaisingEvents = true;
        before?.Dispose();
    }

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _mayEnd = true;
        if (_process is { HasExited: false } running)
        {
            Signals.Kill(running.Id);
            await running.WaitForExitAsync(cancellationToken).WaitAsync(EndLimit, cancellationToken);
        }
    }

    public void Freeze()
    {
        if (Pid is { } pid)
        {
            _frozen = true;
            Signals.Freeze(pid);
        }
    }

    public void Continue()
    {
        if (Pid is { } pid)
        {
            Signals.Continue(pid);
        }

        _frozen = false;
    }

    public void Dispose()
    {
        _mayEnd = true;
        if (_process is { HasExited: false } running)
        {
            running.Kill(entireProcessTree: true);
            running.WaitForExit(EndLimit);
        }

        _process?.Dispose();
    }

    private void Ended(Process process)
    {
        if (_mayEnd || process != _process)
        {
            return;
        }

        lock (_lock)
        {
            _gaveUp.Enqueue($"{node} ended by itself with exit code {process.ExitCode}: {string.Join(" | ", _lastLines)}");
        }

        Start();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            lock (_lock)
            {
                File.AppendAllText(logPath, $"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {text}{Environment.NewLine}");
                _lastLines.Enqueue(text);
                if (_lastLines.Count > LastLines)
                {
                    _lastLines.Dequeue();
                }
            }
        }
    }
}
