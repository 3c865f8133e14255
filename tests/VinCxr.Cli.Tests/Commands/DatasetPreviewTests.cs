using System.Text.Json;
using VinCxr.Core.Sweeps.Transforms;
using VinCxr.Data.Synthesis;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed class DatasetPreviewTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_is_drawn_under_every_step()
    {
        using TempDirectory folder = await PhantomsAsync();

        JsonElement result = (await PreviewAsync(folder, "--count", "2", "--size", "96", "-o", "json")).Json;

        Assert.Equal(TransformCatalog.Names, result.GetProperty("transforms").EnumerateArray().Select(t => t.GetProperty("transform").GetString()));
        Assert.Equal(2, result.GetProperty("images").GetArrayLength());
        Assert.All(result.GetProperty("transforms").EnumerateArray(), t => Assert.True(Int(t, "boxes") > 0));
        (int width, int height) = await SizeAsync(folder.File("sheet.png"));
        Assert.Equal((TransformCatalog.Names.Count * 102) + 6, width);
        Assert.InRange(height, 2 * 96, 500);
    }

    [Fact]
    public async Task Chains_are_columns_and_crops_are_counted()
    {
        using TempDirectory folder = await PhantomsAsync();

        JsonElement result = (await PreviewAsync(
            folder, "-n", "3", "--transform", "lungs( 0 )+ clahe(2, 8)", "--transform", "minmax", "-o", "json")).Json;

        JsonElement[] transforms = [.. result.GetProperty("transforms").EnumerateArray()];
        Assert.Equal(["lungs(margin=0) + clahe", "minmax"], transforms.Select(t => t.GetProperty("transform").GetString()));
        Assert.Equal((0, 0, 0), (Int(transforms[1], "cropped"), Int(transforms[1], "cut"), Int(transforms[1], "lost")));
        Assert.Equal(1, transforms[1].GetProperty("areaKept").GetDouble());
        Assert.True(Int(transforms[0], "cropped") > 0);
        Assert.InRange(transforms[0].GetProperty("areaKept").GetDouble(), 0.2, 0.99);
    }

    [Fact]
    public async Task The_seed_chooses_the_images_and_a_stored_set_gives_the_same_as_its_folder()
    {
        using TempDirectory folder = await PhantomsAsync();
        string store = "file://" + folder.File("store");
        CommandResult ingest = await CommandLine.RunAsync(
            "dataset", "ingest", "phantoms", "--images", folder.File("images"), "--annotations", folder.File("images/train.csv"), "--store", store);
        Assert.Equal(0, ingest.ExitCode);

        async Task<string> SheetAsync(params string[] args)
        {
            CommandResult result = await CommandLine.RunAsync(["dataset", "preview", .. args, "-n", "2", "--transform", "minmax", "--out", folder.File("s.png")]);
            Assert.Equal(0, result.ExitCode);
            return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(folder.File("s.png"), Cancellation)));
        }

        string[] files = ["--images", folder.File("images"), "--annotations", folder.File("images/train.csv")];
        string first = await SheetAsync([.. files, "--seed", "1"]);
        Assert.Equal(first, await SheetAsync([.. files, "--seed", "1"]));
        Assert.Equal(first, await SheetAsync("phantoms", "--store", store, "--seed", "1"));
        Assert.NotEqual(first, await SheetAsync([.. files, "--seed", "2"]));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_and_left_out()
    {
        using TempDirectory folder = await PhantomsAsync();
        await File.WriteAllTextAsync(folder.File("images/broken.dicom"), "no image", Cancellation);

        CommandResult result = await PreviewAsync(folder, "-n", "100", "--transform", "minmax", "--size", "96", "-o", "json");

        Assert.Equal(4, result.Json.GetProperty("images").GetArrayLength());
        Assert.Contains(result.ErrorLines, line => line.Contains("'broken' left out", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("give either a data set's name", "dataset", "preview", "--out", "x.png")]
    [InlineData("give either a data set's name", "dataset", "preview", "set", "--images", "/tmp", "--out", "x.png")]
    [InlineData("'/nowhere' does not exist", "dataset", "preview", "--images", "/nowhere", "--out", "x.png")]
    public async Task What_to_show_must_be_clear(string message, params string[] args) =>
        Assert.Contains(message, Assert.Single(await CommandLine.FailAsync(1, args)), StringComparison.Ordinal);

    [Fact]
    public async Task Every_mistake_of_a_chain_is_told_and_nothing_is_written()
    {
        using var folder = new TempDirectory();

        CommandResult result = await CommandLine.RunAsync(
            "dataset", "preview", "--images", folder.Path, "--transform", "sharpen + clahe(clip=0)", "--out", folder.File("x.png"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(result.ErrorLines, line => line.Contains("'sharpen'", StringComparison.Ordinal));
        Assert.Contains(result.ErrorLines, line => line.Contains("clip '0'", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private static async Task<TempDirectory> PhantomsAsync()
    {
        var folder = new TempDirectory();
        await PhantomGenerator.WriteAsync(new PhantomOptions(4, 256, 3, 0.25, 3, null), folder.File("images"), null, Cancellation);
        return folder;
    }

    private static Task<CommandResult> PreviewAsync(TempDirectory folder, params string[] args) => CommandLine.RunAsync(
        ["dataset", "preview", "--images", folder.File("images"), "--annotations", folder.File("images/train.csv"), "--out", folder.File("sheet.png"), .. args]);

    private static async Task<(int Width, int Height)> SizeAsync(string png)
    {
        byte[] bytes = await File.ReadAllBytesAsync(png, Cancellation);
        return ((bytes[18] << 8) + bytes[19], (bytes[22] << 8) + bytes[23]);
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
