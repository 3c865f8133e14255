using System.Diagnostics;
using System.Text.Json;

namespace VinCxr.EndToEnd.Tests;

/// <summary>What a run of the built program wrote.</summary>
internal sealed record ProcessResult(int ExitCode, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;
}

/// <summary>Runs the built <c>vincxr</c> as a child process, as a shell would.</summary>
internal static class VinCxrProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Starts the program; the caller disposes it, which ends it and all of its children.</summary>
    public static Process Start(params string[] args)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "vincxr.exe" : "vincxr");
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Remove("VINCXR_STORE");
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Runs a command to its end; it is killed when it does not come.</summary>
    public static async Task<ProcessResult> RunAsync(params string[] args)
    {
        using Process process = Start(args);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            process.StandardInput.Close();
            Task<string> stdout = process.StandardOutput.ReadToEndAsync(limit.Token), stderr = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new ProcessResult(process.ExitCode, await stdout, await stderr);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Runs a command that must succeed.</summary>
    public static async Task<ProcessResult> DoneAsync(params string[] args)
    {
        ProcessResult result = await RunAsync(args);
        Assert.True(result.ExitCode == 0, $"vincxr {string.Join(' ', args)}: exit {result.ExitCode}\n{result.Error}");
        return result;
    }
}
