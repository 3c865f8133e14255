using System.Diagnostics;
using System.Text.Json;
using VinCxr.Cli;

namespace VinCxr.Faults.Tests;

/// <summary>A real <c>vincxr</c> in a process of its own that the test may end as the kernel would.</summary>
internal sealed class VinCxrRun : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _out;
    private readonly Task<string> _error;

    private VinCxrRun(Process process)
    {
        _process = process;
        _out = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public bool HasEnded => _process.HasExited;

    public static VinCxrRun Start(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "vincxr.dll"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new VinCxrRun(Process.Start(start)!);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(Cancel);
    }

    /// <summary>Waits for an end in order and gives its JSON.</summary>
    public async Task<JsonElement> JsonAsync()
    {
        await _process.WaitForExitAsync(Cancel);
        Assert.True(_process.ExitCode == 0, $"exit {_process.ExitCode}: {await _error}");
        return JsonDocument.Parse(await _out).RootElement;
    }

    /// <summary>Runs a command in this process, which is quicker where nobody is going to be killed.</summary>
    public static async Task<JsonElement> HereAsync(params string[] arguments)
    {
        using var stdout = new StringWriter();
        using var stderr = new StringWriter();
        int code = await CliApp.RunAsync([.. arguments, "-o", "json"], stdout, stderr, Cancel);
        Assert.True(code == 0, $"vincxr {string.Join(' ', arguments)}: exit {code}: {stderr} {stdout}");
        return JsonDocument.Parse(stdout.ToString()).RootElement;
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
}
