using System.Diagnostics;
using System.Text.Json;
using VinCxr.Testing;

namespace VinCxr.EndToEnd.Tests;

/// <summary>A running server holds the store; other commands reach the grains through it.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private string Store => $"file://{_folder.File("store")}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commands_go_through_a_running_server_and_a_submitted_sweep_outlives_it()
    {
        await VinCxrProcess.DoneAsync("phantom", "--count", "8", "--size", "96", "--normal", "0.25", "--findings", "3", "--out", _folder.File("images"));
        await VinCxrProcess.DoneAsync(
            "dataset", "ingest", "phantoms", "--images", _folder.File("images"), "--annotations", _folder.File("images/train.csv"), "--store", Store);
        string file = _folder.File("sweep.yaml");
        await File.WriteAllTextAsync(file, SmallSweep.Yaml, TestContext.Current.CancellationToken);

        using (Process server = VinCxrProcess.Start("serve", "--store", Store, "--role", "control", "--urls", "http://127.0.0.1:0"))
        {
            try
            {
                string? line = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
                Assert.StartsWith("serving ", line, StringComparison.Ordinal);

                await VinCxrProcess.DoneAsync("sweep", "submit", file, "--key", "once", "--store", Store);
                await VinCxrProcess.DoneAsync("sweep", "submit", file, "--key", "once", "--store", Store);
                await VinCxrProcess.DoneAsync("sweep", "pause", SmallSweep.Name, "--store", Store);
                ProcessResult second = await VinCxrProcess.RunAsync("serve", "--store", Store, "--role", "control", "--urls", "http://127.0.0.1:0");
                Assert.Equal(1, second.ExitCode);
                Assert.Single(second.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            }
            finally
            {
                server.Kill(entireProcessTree: true);
                await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
        }

        JsonElement sweeps = (await VinCxrProcess.DoneAsync("sweep", "ls", "--store", Store, "-o", "json")).Json;
        Assert.Equal("Paused", Assert.Single(sweeps.EnumerateArray()).GetProperty("state").GetString());
    }
}
