using System.Text.Json;
using VinCxr.Data.Synthesis;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed class DatasetIngestTests : IDisposable
{
    private const int Images = 6;
    private readonly TempDirectory _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Store => _folder.File("store");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reports_are_written_and_the_store_is_left_alone_in_a_dry_run()
    {
        await MakeImagesAsync();
        CommandResult dry = await IngestAsync("--dry-run", "--quarantine", _folder.File("q.csv"), "--phi", _folder.File("phi.csv"));

        Assert.Equal((Images, 2, true), (Int(dry.Json, "uploaded"), Int(dry.Json, "quarantined"), dry.Json.GetProperty("dryRun").GetBoolean()));
        Assert.False(Directory.Exists(Store));
        Assert.Contains("dry run without a store", dry.ErrorLines[0], StringComparison.Ordinal);
        string[] lines = await File.ReadAllLinesAsync(_folder.File("q.csv"), Cancel);
        Assert.Equal("file,reason,bytes", lines[0]);
        Assert.Collection(
            lines[1..],
            line => Assert.Matches("^bad1.dicom,.+,3$", line),
            line => Assert.Matches("^bad2.dicom,.+,5$", line));
        Assert.Equal(["file,image_id,tag,keyword"], await File.ReadAllLinesAsync(_folder.File("phi.csv"), Cancel));

        CommandResult real = await IngestAsync();
        Assert.Equal(dry.Json.GetProperty("version").GetString(), real.Json.GetProperty("version").GetString());
        Assert.Equal(Int(dry.Json, "uploadedBytes"), Int(real.Json, "uploadedBytes"));
        await CommandLine.RunAsync("dataset", "show", "set", "--quarantine", _folder.File("later.csv"), "--store", Store);
        Assert.Equal(lines, await File.ReadAllLinesAsync(_folder.File("later.csv"), Cancel));
    }

    [Fact]
    public async Task Show_counts_what_the_headers_say_and_groups_the_quarantine()
    {
        await MakeImagesAsync();
        await IngestAsync("--deidentify");

        JsonElement json = (await CommandLine.RunAsync("dataset", "show", "set", "--store", Store, "-o", "json")).Json;
        CommandResult table = await CommandLine.RunAsync("dataset", "show", "set", "--store", Store);

        JsonAssert.HasFields(json, "name", "version", "images", "quarantined", "bytes");
        Assert.Equal("basic-1", json.GetProperty("deidentification").GetString());
        JsonElement statistics = json.GetProperty("statistics");
        Assert.Equal(Images, statistics.GetProperty("transferSyntaxes").EnumerateArray().Sum(c => Int(c, "images")));
        Assert.Equal(96, Int(statistics.GetProperty("rows"), "max"));
        foreach (string expected in (string[])["transfer syntax", "photometric", "window centre / width", "16 allocated", "blanked by profile basic-1", "bad1.dicom"])
        {
            Assert.Contains(expected, table.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_removed_data_set_is_freed_by_gc()
    {
        await MakeImagesAsync();
        await IngestAsync();
        Assert.Equal(0, Int((await CommandLine.RunAsync("dataset", "gc", "--older-than", "0s", "--store", Store, "-o", "json")).Json, "blobs"));

        Assert.Equal("set", (await CommandLine.RunAsync("dataset", "rm", "set", "--store", Store, "-o", "json")).Json[0].GetProperty("name").GetString());
        Assert.Equal(Images + 1, Int((await CommandLine.RunAsync("dataset", "gc", "--older-than", "0s", "--dry-run", "--store", Store, "-o", "json")).Json, "blobs"));
        Assert.Equal(0, Int((await CommandLine.RunAsync("dataset", "gc", "--store", Store, "-o", "json")).Json, "blobs"));
        CommandResult gc = await CommandLine.RunAsync("dataset", "gc", "--older-than", "0s", "--store", Store, "-o", "json");

        Assert.Equal(Images + 1, Int(gc.Json, "blobs"));
        Assert.Contains("--older-than below 1h", gc.ErrorLines[0], StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Store, "blobs"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("5")]
    [InlineData("-1d")]
    [InlineData("d")]
    [InlineData("99999999d")]
    public async Task A_span_of_time_that_is_none_is_quoted(string text)
    {
        string line = Assert.Single(await CommandLine.FailAsync(2, "dataset", "gc", $"--older-than={text}", "--store", Store));
        Assert.Contains($"'{text}'", line, StringComparison.Ordinal);
    }

    private async Task MakeImagesAsync()
    {
        await PhantomGenerator.WriteAsync(new PhantomOptions(Images, Size: 96, FindingIds: [3]), _folder.File("images"), cancellationToken: Cancel);
        await File.WriteAllBytesAsync(_folder.File("images/bad1.dicom"), [1, 2, 3], Cancel);
        await File.WriteAllBytesAsync(_folder.File("images/bad2.dicom"), [1, 2, 3, 4, 5], Cancel);
    }

    private Task<CommandResult> IngestAsync(params string[] more) => CommandLine.RunAsync(
    [
        "dataset", "ingest", "set", "--images", _folder.File("images"), "--annotations", _folder.File("images/train.csv"), "--store", Store, "-o", "json", .. more,
    ]);

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
