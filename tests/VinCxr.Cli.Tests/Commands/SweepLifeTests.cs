using System.Text.Json;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

/// <summary>The life of a recorded sweep through the command line, on a store where nothing trains.</summary>
public sealed class SweepLifeTests : IAsyncLifetime
{
    private const string Yaml = """
        name: life
        dataset: phantoms
        folds: {count: 2, seed: 1}
        train: {epochs: 3}
        parameters:
          train.lr: {values: [0.01, 0.1]}
        """;

    private readonly TempDirectory _folder = new();

    private string Store => $"file://{_folder.File("store")}";

    public async ValueTask InitializeAsync()
    {
        string images = _folder.File("images");
        await CommandLine.RunAsync("phantom", "--count", "6", "--size", "64", "--seed", "1", "--out", images);
        await using var store = await StoreFactory.OpenAsync(Store, create: true, TestContext.Current.CancellationToken);
        await new DatasetIngest(store).RunAsync("phantoms", images, Path.Combine(images, "train.csv"), new IngestOptions());
        await File.WriteAllTextAsync(_folder.File("s.yaml"), Yaml, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_sweep_is_submitted_once_explained_cancelled_retried_and_extended()
    {
        JsonElement first = await JsonAsync("submit", _folder.File("s.yaml"), "--key", "k");
        string id = first.GetProperty("id").GetString()!;
        Assert.Equal(id, (await JsonAsync("submit", _folder.File("s.yaml"), "--key", "k")).GetProperty("id").GetString());

        JsonElement trial = await JsonAsync("explain", "life", "v0-f1");
        Assert.StartsWith("waits: ", trial.GetProperty("standing").GetString(), StringComparison.Ordinal);
        Assert.Equal($"{id}-v0-f1", trial.GetProperty("trial").GetProperty("id").GetString());
        JsonElement proposal = Assert.Single(trial.GetProperty("decisions").EnumerateArray());
        Assert.Equal(0.01, proposal.GetProperty("inputs").GetProperty("parameters").GetProperty("train.lr").GetDouble());

        Assert.Equal(0, (await RunAsync("cancel", "life")).ExitCode);
        Assert.Equal(4, (await JsonAsync("retry", "life", "--cancelled")).GetProperty("total").GetInt32());
        await File.WriteAllTextAsync(_folder.File("t.yaml"), Yaml.Replace("epochs: 3", "epochs: 4"), TestContext.Current.CancellationToken);
        await JsonAsync("extend", "life", _folder.File("t.yaml"));

        JsonElement shown = await JsonAsync("show", "life");
        Assert.Equal(("default", 50, 4), (shown.GetProperty("queue").GetString(), shown.GetProperty("priority").GetInt32(), shown.GetProperty("trials").GetArrayLength()));
        Assert.Contains("epochs: 4", (await RunAsync("show", "life", "--file")).Out, StringComparison.Ordinal);
        string[] kinds = [.. (await JsonAsync("explain", "life")).GetProperty("decisions").EnumerateArray().Select(d => d.GetProperty("kind").GetString()!)];
        Assert.Equal(["submitted", "proposed", "proposed", "steered"], kinds[..4]);
        Assert.Equal(2, (await JsonAsync("explain", "life", "--last", "2")).GetProperty("decisions").GetArrayLength());
    }

    [Fact]
    public async Task What_cannot_go_on_is_one_line()
    {
        await JsonAsync("submit", _folder.File("s.yaml"), "--key", "k");
        await File.WriteAllTextAsync(_folder.File("t.yaml"), Yaml.Replace("seed: 1", "seed: 2"), TestContext.Current.CancellationToken);

        Assert.Contains("folds.seed: '1' became '2'", await FailAsync("submit", _folder.File("t.yaml"), "--key", "k"), StringComparison.Ordinal);
        Assert.Contains("folds.seed: '1' cannot become '2'", await FailAsync("extend", "life", _folder.File("t.yaml")), StringComparison.Ordinal);
        Assert.Contains("has no trial 'life-", await FailAsync("explain", "life", "v9-f9"), StringComparison.Ordinal);
        Assert.Contains("no finished trial to fork from", await FailAsync("fork", "life", _folder.File("s.yaml")), StringComparison.Ordinal);
    }

    private async Task<JsonElement> JsonAsync(params string[] args) => (await RunAsync([.. args, "-o", "json"])).Json;

    private Task<CommandResult> RunAsync(params string[] args) => CommandLine.RunAsync(["sweep", .. args, "--store", Store]);

    private async Task<string> FailAsync(params string[] args)
    {
        CommandResult result = await RunAsync(args);
        Assert.Equal((1, ""), (result.ExitCode, result.Out));
        return result.ErrorLines[^1];
    }
}
