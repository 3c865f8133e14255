using System.Text.Json;
using VinCxr.Testing;

namespace VinCxr.EndToEnd.Tests;

/// <summary>The main path as a person walks it: every step is a run of the built program.</summary>
public sealed class PhantomToSubmissionTests : IDisposable
{
    private const int Images = 16;

    private readonly TempDirectory _folder = new();

    private string Store => $"file://{_folder.File("store")}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task From_DICOM_to_a_submission()
    {
        await IngestAsync();
        string file = _folder.File("sweep.yaml");
        await File.WriteAllTextAsync(file, SmallSweep.Yaml, TestContext.Current.CancellationToken);

        await VinCxrProcess.DoneAsync("sweep", "submit", file, "--wait", "--slots", "1", "--store", Store);

        JsonElement sweep = (await VinCxrProcess.DoneAsync("sweep", "show", SmallSweep.Name, "--store", Store, "-o", "json")).Json;
        Assert.Equal("Succeeded", sweep.GetProperty("state").GetString());
        string[] trials = [.. sweep.GetProperty("trials").EnumerateArray().Select(t => t.GetProperty("id").GetString()!)];
        Assert.Equal(4, trials.Length);

        JsonElement board = (await VinCxrProcess.DoneAsync("leaderboard", SmallSweep.Name, "--ensembles", "--store", Store, "-o", "json")).Json;
        Assert.Equal(2, board.GetProperty("variants").GetArrayLength());
        Assert.All(board.GetProperty("variants").EnumerateArray(), v => Assert.Equal(2, v.GetProperty("folds").GetArrayLength()));
        Assert.NotEmpty(board.GetProperty("ensembles").EnumerateArray());

        JsonElement metrics = (await VinCxrProcess.DoneAsync("trial", "metrics", trials[0], "--store", Store, "-o", "json")).Json;
        Assert.All(metrics.EnumerateArray(), m => Assert.True(m.GetProperty("values").GetProperty("memory_mb").GetDouble() > 0));

        await SubmitAsync([], "own.csv");
        await SubmitAsync(["--dataset", "phantoms"], "again.csv");
        await DownloadAsync(trials[0]);
    }

    private async Task IngestAsync()
    {
        string images = _folder.File("images");
        await VinCxrProcess.DoneAsync("phantom", "--count", $"{Images}", "--size", "96", "--seed", "3", "--normal", "0.25", "--findings", "3,10", "--out", images);
        ProcessResult ingest = await VinCxrProcess.DoneAsync(
            "dataset", "ingest", "phantoms", "--images", images, "--annotations", Path.Combine(images, "train.csv"), "--store", Store, "-o", "json");
        Assert.Equal((Images, 0), (ingest.Json.GetProperty("images").GetInt32(), ingest.Json.GetProperty("quarantined").GetInt32()));

        ProcessResult folds = await VinCxrProcess.DoneAsync("dataset", "folds", "phantoms", "--count", "2", "--store", Store, "-o", "csv");
        string[] rows = folds.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("image_id,fold", Images + 1), (rows[0], rows.Length));
    }

    private async Task SubmitAsync(string[] options, string file)
    {
        string path = _folder.File(file);
        await VinCxrProcess.DoneAsync(["ensemble", "submission", SmallSweep.Name, .. options, "--out", path, "--store", Store]);
        string[] lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal("image_id,PredictionString", lines[0]);
        Assert.Equal(Images + 1, lines.Length);

        JsonElement score = (await VinCxrProcess.DoneAsync(
            "evaluate", "--truth", Path.Combine(_folder.File("images"), "train.csv"), "--predictions", path, "--consensus", "wbf", "-o", "json")).Json;
        Assert.InRange(score.GetProperty("map").GetDouble(), 0, 1);
    }

    private async Task DownloadAsync(string trial)
    {
        await VinCxrProcess.DoneAsync("trial", "download", trial, "--out", _folder.File("files"), "--store", Store);
        Assert.Contains($"{trial}.safetensors", Directory.GetFiles(_folder.File("files")).Select(Path.GetFileName));
        Assert.Contains($"{trial}.predictions.csv", Directory.GetFiles(_folder.File("files")).Select(Path.GetFileName));
    }
}
