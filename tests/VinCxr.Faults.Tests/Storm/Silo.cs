using System.Diagnostics;

namespace VinCxr.Faults.Tests.Storm;

/// <summary>One <c>vincxr serve</c> that may be killed, frozen and started again under the same name.</summary>
internal sealed class Silo(string node, bool isControl, IReadOnlyList<string> arguments, string logPath) : IDisposable
{
    private readonly Lock _lock = new();
    private Process? _process;
    private bool _frozen;

    public string Node => node;

    public bool IsControl => isControl;

    public int? Pid => _process is { HasExited: false } running ? running.Id : null;

    /// <summary>True while a fault may hit it: it runs, and is not frozen.</summary>
    public bool IsUp => Pid is not null && !_frozen;

    /// <summary>Port on which other silos reach it.</summary>
    public required int SiloPort { get; init; }

    public void Start()
    {
        _process?.Dispose();
        _process = ServeProcess.Launch(arguments);
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        if (_process is { HasExited: false } running)
        {
            Signals.Kill(running.Id);
            await running.WaitForExitAsync(cancellationToken);
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
        if (_process is { HasExited: false } running)
        {
            running.Kill(entireProcessTree: true);
            running.WaitForExit();
        }

        _process?.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            lock (_lock)
            {
                File.AppendAllText(logPath, $"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {text}{Environment.NewLine}");
            }
        }
    }
}
