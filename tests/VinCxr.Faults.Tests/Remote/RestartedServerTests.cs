using System.Security.Cryptography;
using System.Text.Json;

namespace VinCxr.Faults.Tests.Remote;

/// <summary>The command line over <c>--server</c> while that server is killed and started again.</summary>
public sealed class RestartedServerTests
{
    private const string Away = "does not answer";
    private const string Back = "answers again";

    [BoundedFact]
    public async Task Those_who_wait_watch_and_follow_logs_outlast_it_and_miss_nothing()
    {
        await using var server = await RemoteServer.StartAsync();
        await using var submit = new CommandRun("sweep", "submit", server.WriteSweep("waited"), "--wait", "--server", server.Url, "-o", "json");
        await submit.SaysAsync(t => t.Contains("-v0-f0 ", StringComparison.Ordinal), "training");
        string sweep = submit.Error.Split("sweep waited (")[1].Split(')')[0], trial = $"{sweep}-v0-f0";
        await using var watch = new CommandRun("sweep", "watch", sweep, "--server", server.Url);
        await using var logs = new CommandRun("trial", "logs", trial, "-f", "--server", server.Url);
        await logs.SaysAsync(t => Lines(t).Length >= 3, "logging");
        await watch.SaysAsync(t => t.Contains(trial, StringComparison.Ordinal), "watching");

        await server.KillAsync();
        CommandRun[] all = [submit, watch, logs];
        foreach (var run in all)
        {
            await run.SaysAsync(t => t.Contains(Away, StringComparison.Ordinal), "away");
        }

        await server.StartAgainAsync();
        server.SetPace(0.05);
        string board = await submit.DoneAsync(), followed = await logs.DoneAsync();
        await watch.DoneAsync();

        Assert.All(all, run => Assert.Contains(Back, run.Error, StringComparison.Ordinal));
        Assert.Equal(Lines(await RunAsync("trial", "logs", trial, "--server", server.Url)), Lines(followed));
        Assert.Contains($"epoch {RemoteServer.Epochs} begins", followed, StringComparison.Ordinal);
        foreach (var run in new[] { submit, watch })
        {
            Assert.Contains($"{trial} (v0 fold 0) Succeeded, epoch {RemoteServer.Epochs}/{RemoteServer.Epochs}", run.Error, StringComparison.Ordinal);
            Assert.Contains("sweep waited: Succeeded, 2 of 2 trials finished", run.Error, StringComparison.Ordinal);
        }

        string again = await RunAsync("leaderboard", sweep, "--ensembles", "--server", server.Url, "-o", "json");
        Assert.Equal(Variants(again), Variants(board));
        Assert.Equal(2, JsonDocument.Parse(again).RootElement.GetProperty("variants")[0].GetProperty("folds").GetArrayLength());
    }

    [BoundedFact]
    public async Task What_is_asked_while_it_is_away_is_done_when_it_is_back_and_files_arrive_whole()
    {
        await using var server = await RemoteServer.StartAsync();
        server.SetPace(0.05);
        await using (var submit = new CommandRun("sweep", "submit", server.WriteSweep("kept", epochs: 3), "--wait", "--server", server.Url))
        {
            await submit.DoneAsync();
        }

        server.SetPace(0.5);
        string cancelled = Id(await RunAsync("sweep", "submit", server.WriteSweep("cancelled"), "--server", server.Url, "-o", "json"));
        string kept = Id(await RunAsync("sweep", "show", "kept", "--server", server.Url, "-o", "json"));
        await server.KillAsync();

        await using var cancel = new CommandRun("sweep", "cancel", cancelled, "--server", server.Url);
        await using var board = new CommandRun("leaderboard", kept, "--server", server.Url, "-o", "json");
        await using var download = new CommandRun("trial", "download", $"{kept}-v0-f0", "--out", server.File("remote"), "--server", server.Url);
        await using var submitted = new CommandRun("sweep", "submit", server.WriteSweep("submitted", epochs: 3), "--wait", "--server", server.Url);
        CommandRun[] all = [cancel, board, download, submitted];
        foreach (var run in all)
        {
            await run.SaysAsync(t => t.Contains(Away, StringComparison.Ordinal), "away");
        }

        await server.StartAgainAsync();
        foreach (var run in all)
        {
            await run.DoneAsync();
        }

        var state = JsonDocument.Parse(await RunAsync("sweep", "show", cancelled, "--server", server.Url, "-o", "json")).RootElement;
        Assert.Equal("Cancelled", state.GetProperty("state").GetString());
        Assert.All(state.GetProperty("trials").EnumerateArray(), t => Assert.Equal("Cancelled", t.GetProperty("state").GetString()));
        Assert.Single(JsonDocument.Parse(await RunAsync("sweep", "ls", "--server", server.Url, "-o", "json")).RootElement.EnumerateArray(), s => s.GetProperty("name").GetString() == "submitted");
        Assert.Single(JsonDocument.Parse(board.Out).RootElement.GetProperty("variants").EnumerateArray());

        // The same files past the API, from the store itself.
        await RunAsync("trial", "download", $"{kept}-v0-f0", "--out", server.File("local"), "--store", server.Store);
        var remote = Hashes(server.File("remote"));
        Assert.Equal(3, remote.Count);
        Assert.Contains(remote, f => f.Name.EndsWith(".checkpoint", StringComparison.Ordinal));
        Assert.Equal(Hashes(server.File("local")), remote);
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        await using var run = new CommandRun(arguments);
        return await run.DoneAsync();
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Variants(string leaderboard) => JsonDocument.Parse(leaderboard).RootElement.GetProperty("variants").GetRawText();

    private static string Id(string json) => JsonDocument.Parse(json).RootElement.GetProperty("id").GetString()!;

    private static List<(string Name, string Sha256)> Hashes(string folder) =>
        [.. Directory.EnumerateFiles(folder).Order().Select(f => (Path.GetFileName(f), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))))];
}
