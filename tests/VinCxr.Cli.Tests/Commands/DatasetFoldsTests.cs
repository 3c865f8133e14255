using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed class DatasetFoldsTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private string Store => $"file://{_folder.File("store")}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_image_is_in_one_fold_and_the_labels_say_how_many_boxes_count()
    {
        string images = _folder.File("images");
        Assert.Equal(0, (await CommandLine.RunAsync("phantom", "--count", "12", "--size", "64", "--normal", "0.25", "--out", images)).ExitCode);
        Assert.Equal(0, (await CommandLine.RunAsync(
            "dataset", "ingest", "p", "--images", images, "--annotations", Path.Combine(images, "train.csv"), "--store", Store)).ExitCode);

        string[] rows = (await RunAsync("-o", "csv")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("image_id,fold", rows[0]);
        Assert.Equal(12, rows.Skip(1).Select(r => r.Split(',')[0]).Distinct().Count());
        Assert.Equal(["0", "1", "2"], rows.Skip(1).Select(r => r.Split(',')[1]).Distinct().Order());
        Assert.NotEqual(await RunAsync(), await RunAsync("--consensus", "none"));
        Assert.Equal(await RunAsync(), await RunAsync("--consensus", "wbf", "--iou", "0.4"));
    }

    private async Task<string> RunAsync(params string[] more)
    {
        CommandResult result = await CommandLine.RunAsync(["dataset", "folds", "p", "--count", "3", "--store", Store, .. more]);
        Assert.True(result.ExitCode == 0, string.Join(" | ", result.ErrorLines));
        return result.Out;
    }
}
