using System.Text.Json;
using VinCxr.Data.Synthesis;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed class DicomTests
{
    [Fact]
    public async Task Info_gives_the_fingerprint_of_the_decoded_pixels()
    {
        string file = Sample("CT_small.dcm");

        JsonElement info = (await CommandLine.RunAsync("dicom", "info", file, "-o", "json")).Json;

        JsonAssert.HasFields(
            info, "transferSyntax", "photometric", "rows", "columns", "bitsAllocated", "bitsStored", "signed", "frames", "min", "max", "sum", "pixelSha256");
        Assert.Equal("7a481f6ffff833aef4d8bd54819bd8f472aaa7232090208e056c90eacf079926", info.GetProperty("pixelSha256").GetString());
        Assert.Equal(
            (128, 2191, 14826310L),
            (info.GetProperty("min").GetInt32(), info.GetProperty("max").GetInt32(), info.GetProperty("sum").GetInt64()));
    }

    [Fact]
    public async Task Render_writes_a_png_of_the_size_asked_for()
    {
        using var folder = new TempDirectory();

        CommandResult result = await CommandLine.RunAsync("dicom", "render", Sample("CT_small.dcm"), "--out", folder.File("ct.png"), "--size", "64");

        Assert.Equal(0, result.ExitCode);
        byte[] png = await File.ReadAllBytesAsync(folder.File("ct.png"), TestContext.Current.CancellationToken);
        Assert.Equal((64, 64), (png[19], png[23]));
    }

    [Fact]
    public async Task Render_takes_a_chain_and_says_what_a_crop_left()
    {
        using var folder = new TempDirectory();
        await PhantomGenerator.WriteAsync(new PhantomOptions(1, 256, 3, 0, 1, null), folder.Path, null, TestContext.Current.CancellationToken);
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*.dicom"));

        CommandResult whole = await CommandLine.RunAsync("dicom", "render", file, "--out", folder.File("a.png"), "--transform", "percentile + gamma(0.8)");
        CommandResult cropped = await CommandLine.RunAsync("dicom", "render", file, "--out", folder.File("b.png"), "--transform", "lungs(margin=0)");

        Assert.DoesNotContain("columns", whole.Out, StringComparison.Ordinal);
        Assert.Contains(", columns ", cropped.Out, StringComparison.Ordinal);
        Assert.Contains(" of 2", cropped.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transforms_lists_every_step_with_its_options()
    {
        JsonElement steps = (await CommandLine.RunAsync("dicom", "transforms", "-o", "json")).Json;

        JsonElement clahe = steps.EnumerateArray().Single(s => s.GetProperty("name").GetString() == "clahe");
        Assert.Equal("clahe(clip=2, tiles=8, bins=4096)", clahe.GetProperty("usage").GetString());
        Assert.Equal(
            [("clip", "a number above 0 and at most 1000"), ("tiles", "a whole number from 1 to 64"), ("bins", "a whole number from 16 to 16384")],
            clahe.GetProperty("options").EnumerateArray().Select(o => (o.GetProperty("name").GetString()!, o.GetProperty("allowed").GetString()!)));
        Assert.Contains("lungs,region,margin,0.1", (await CommandLine.RunAsync("dicom", "transforms", "-o", "csv")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_DICOM_is_one_line_that_names_the_file()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.File("notes.txt"), "not an image", TestContext.Current.CancellationToken);

        string line = Assert.Single(await CommandLine.FailAsync(1, "dicom", "info", folder.File("notes.txt")));

        Assert.StartsWith(folder.File("notes.txt"), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_render_leaves_nothing_behind()
    {
        using var folder = new TempDirectory();

        await CommandLine.FailAsync(1, "dicom", "render", "/nowhere.dcm", "--out", folder.File("x.png"));

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    private static string Sample(string name)
    {
        Assert.SkipWhen(SharedData.DicomSamples is null, "shared/data/dicom-samples is not here");
        return Path.Combine(SharedData.DicomSamples!, name);
    }
}
