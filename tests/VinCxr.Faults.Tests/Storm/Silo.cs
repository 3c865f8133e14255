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
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "vincxr.dll"), "serve", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        _process?.Dispose();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts it if it is not there: what an orchestrator of containers does.</summary>
    public void StartIfGone()
    {
        if (Pid is null)
        {
            Start();
        }
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

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (Pid is not { } pid)
        {
            return;
        }

        Signals.Terminate(pid);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(grace);
        await _process!.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
