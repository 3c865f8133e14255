using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace VinCxr.Fuzz.Running;

/// <summary>A worker in a process of its own, with a bounded managed heap, so that neither a native crash nor a full heap ends the session.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int LongestOutput = 4000;

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private WorkerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Peak resident set in bytes so far; 0 once the process is gone.</summary>
    public long PeakMemory
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.PeakWorkingSet64;
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    /// <summary>Processor time spent so far; that of the last look once the process is gone.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            try
            {
                _process.Refresh();
                return field = _process.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                return field;
            }
        }
    }

    public static WorkerProcess Start(FuzzOptions options, string blackboard)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            typeof(WorkerProcess).Assembly.Location, "worker", blackboard,
            "--inputs", Text(options.Inputs), "--first", Text(options.First), "--seed", Text(options.Seed), "--subject", options.Subject,
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_GCHeapHardLimit"] = $"0x{(long)options.HeapMegabytes << 20:X}";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        return new WorkerProcess(Process.Start(start)!);
    }

    /// <summary>Exit code and the first lines of what the worker said, its finding first.</summary>
    public async Task<(int Code, string Output)> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        lock (_output)
        {
            return (_process.ExitCode, _output.ToString().Trim());
        }
    }

    public void Kill() => _process.Kill(entireProcessTree: true);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            if (line.Data is { } text && _output.Length < LongestOutput)
            {
                _output.AppendLine(text);
            }
        }
    }
}
