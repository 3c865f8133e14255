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

    public static async Task<ServeProcess> StartAsync(string store, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [Path.Combine(AppContext.BaseDirectory, "vincxr.dll"), "serve", "--store", store, "--urls", "http://127.0.0.1:0", "--lease-ttl", "300"];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var serve = new ServeProcess(Process.Start(start)!);
        await Eventually.ReadAsync(
            () => Task.FromResult(ServerRecord.Read(Path.Combine(store, "server.json"))),
            r => serve._process.HasExited ? throw new InvalidOperationException(serve.Output) : r?.Pid == serve._process.Id,
            "serving", cancellationToken);
        return serve;
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
