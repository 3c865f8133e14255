using System.Text.Json;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed class DatasetExportTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    private string Store => $"file://{_folder.File("store")}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_layout_is_written_and_a_second_run_finds_the_images_done()
    {
        await IngestAsync();
        JsonElement yolo = (await RunAsync("export", "p", "--format", "yolo", "--size", "48", "--folds", "3", "--out", _folder.File("out"), "-o", "json")).Json;
        Assert.Equal((8, 8, "yolo"), (Int(yolo, "images"), Int(yolo, "written"), yolo.GetProperty("format").GetString()));
        Assert.Equal(9, yolo.GetProperty("files").GetArrayLength());
        Assert.Equal(8, File.ReadAllLines(_folder.File("out/val-fold0.txt")).Length + File.ReadAllLines(_folder.File("out/train-fold0.txt")).Length);

        JsonElement coco = (await RunAsync("export", "p", "--format", "coco", "--size", "48", "--folds", "3", "--fold", "1", "--out", _folder.File("out"), "-o", "json")).Json;
        Assert.Equal(0, Int(coco, "written"));
        Assert.True(File.Exists(_folder.File("out/annotations/instances_val.json")));
        Assert.Equal(8, Int((await RunAsync("export", "p", "--jpeg", "90", "--out", _folder.File("jpeg"), "-o", "json")).Json, "written"));
    }

    [Theory]
    [InlineData("--fold 1", "--folds N")]
    [InlineData("--folds 3 --fold 3", "0..2")]
    [InlineData("--jpeg 90 --bits 16", "8 bits")]
    [InlineData("--transform nothing", "'nothing'")]
    public async Task Impossible_wishes_are_one_line(string options, string expected)
    {
        await IngestAsync();
        CommandResult result = await RunAsync(["export", "p", "--out", _folder.File("out"), .. options.Split(' ')]);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Formats_are_measured_listed_and_drawn()
    {
        await IngestAsync();
        JsonElement report = (await RunAsync("formats", "p", "--sample", "3", "--jpeg", "60,90", "--plot", _folder.File("formats.png"), "-o", "json")).Json;
        Assert.Equal((8, 3), (Int(report, "images"), Int(report, "measured")));
        Assert.Equal(9, report.GetProperty("formats").GetArrayLength());
        Assert.True(new FileInfo(_folder.File("formats.png")).Length > 10_000);
        CommandResult csv = await RunAsync("formats", "p", "--all", "-o", "csv");
        Assert.StartsWith("format,total_bytes,low_bytes,high_bytes,bytes_per_pixel,encode_ms,decode_ms,put_mb_s,get_mb_s,psnr_db,ssim,worst_ssim\ndicom,", csv.Out, StringComparison.Ordinal);
        Assert.Contains("'101'", Assert.Single((await RunAsync("formats", "p", "--jpeg", "101")).ErrorLines), StringComparison.Ordinal);
    }

    private async Task IngestAsync()
    {
        string images = _folder.File("images");
        Assert.Equal(0, (await CommandLine.RunAsync("phantom", "--count", "8", "--size", "96", "--normal", "0.4", "--out", images)).ExitCode);
        Assert.Equal(0, (await CommandLine.RunAsync(
            "dataset", "ingest", "p", "--images", images, "--annotations", Path.Combine(images, "train.csv"), "--store", Store)).ExitCode);
    }

    private Task<CommandResult> RunAsync(params string[] args) => CommandLine.RunAsync(["dataset", .. args, "--store", Store]);

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
