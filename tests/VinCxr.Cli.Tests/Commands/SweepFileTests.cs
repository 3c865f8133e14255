using System.Text.Json;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed class SweepFileTests
{
    private const string FiveMistakes = """
        name: x
        dataset: a
        train: {epochs: -1, lr: abc}
        folds: {count: 1}
        model: {family: yolo9}
        serach: {method: grid}
        """;

    [Fact]
    public async Task Validate_prints_every_mistake_with_its_path()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.File("bad.yaml"), FiveMistakes, TestContext.Current.CancellationToken);

        IReadOnlyList<string> lines = await CommandLine.FailAsync(1, "sweep", "validate", folder.File("bad.yaml"));

        Assert.Equal(["folds.count", "model.family", "serach", "train.epochs", "train.lr"], lines.Select(l => l.Split(':')[0]).Order());
    }

    [Fact]
    public async Task A_missing_file_is_one_line()
    {
        string line = Assert.Single(await CommandLine.FailAsync(1, "sweep", "validate", "/nowhere/sweep.yaml"));

        Assert.Contains("'/nowhere/sweep.yaml'", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_lists_variants_and_counts_trials()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(
            folder.File("sweep.yaml"),
            """
            name: x
            dataset: a
            folds: {count: 3}
            parameters:
              train.lr: {values: [0.01, 0.001]}
              model.variant: {values: [n, s]}
            """,
            TestContext.Current.CancellationToken);

        JsonElement preview = (await CommandLine.RunAsync("sweep", "preview", folder.File("sweep.yaml"), "-o", "json")).Json;
        CommandResult csv = await CommandLine.RunAsync("sweep", "preview", folder.File("sweep.yaml"), "-o", "csv");

        Assert.Equal(12, preview.GetProperty("trials").GetInt32());
        Assert.Equal(4, preview.GetProperty("variants").GetArrayLength());
        Assert.Equal(0.01, preview.GetProperty("variants")[0].GetProperty("parameters").GetProperty("train.lr").GetDouble());
        Assert.Equal(["variant,description,folds,epochs", "v0,train.lr=0.01 model.variant=n,3,30"], csv.Out.Split('\n')[..2]);
    }
}
