using VinCxr.Data.Predictions;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed class FuseTests : IDisposable
{
    private const string Header = "image_id,class_id,confidence,x_min,y_min,x_max,y_max";

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_boxes_become_their_confidence_weighted_mean()
    {
        string a = Write("a.csv", Header, "i,0,0.9,0,0,100,100");
        string b = Write("b.csv", "image_id,PredictionString", "i,0 0.3 8 0 108 100 1 0.4 0 0 50 50");

        CommandResult result = await CommandLine.RunAsync("fuse", "--method", "wbf", "--iou", "0.5", a, b);

        // x = (0.9 * 0 + 0.3 * 8) / 1.2 = 2; confidence (0.9 + 0.3) / 2; a box that one of two files has keeps half its confidence.
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            [Header, "i,0,0.6,2,0,102,100", "i,1,0.2,0,0,50,50"],
            result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Nms_keeps_the_surest_box_and_skip_drops_the_unsure_ones()
    {
        string a = Write("a.csv", Header, "i,0,0.9,0,0,100,100", "i,1,0.05,0,0,50,50");
        string b = Write("b.csv", Header, "i,0,0.3,8,0,108,100");
        string fused = _folder.File("new/fused.csv");

        CommandResult result = await CommandLine.RunAsync("fuse", "--method", "nms", "--skip", "0.1", a, b, "--out", fused);

        Assert.Equal((0, ""), (result.ExitCode, result.Out));
        Assert.Equal((0, 0.9, 0.0), PredictionCsv.Read(fused).Select(p => (p.ClassId, p.Confidence, p.Box.XMin)).Single());
    }

    [Theory]
    [InlineData("there.csv/fused.csv")]
    [InlineData(".")]
    public async Task A_place_that_cannot_be_written_is_one_line(string place)
    {
        string a = Write("there.csv", Header, "i,0,0.9,0,0,100,100");

        string line = Assert.Single(await CommandLine.FailAsync(1, "fuse", a, "--out", Path.Combine(_folder.Path, place)));

        Assert.Contains("cannot write", line, StringComparison.Ordinal);
        Assert.Equal("there.csv", Path.GetFileName(Assert.Single(Directory.EnumerateFileSystemEntries(_folder.Path))));
    }

    [Fact]
    public async Task A_binary_file_is_refused_in_one_line_without_control_characters()
    {
        string a = _folder.File("a.csv");
        await File.WriteAllBytesAsync(a, [.. Enumerable.Range(0, 400).Select(i => (byte)(i % 9 == 0 ? 27 : 65))], TestContext.Current.CancellationToken);

        string line = Assert.Single(await CommandLine.FailAsync(1, "fuse", a));

        Assert.DoesNotContain(line, char.IsControl);
        Assert.Contains("...'; allowed are", line, StringComparison.Ordinal);
    }

    private string Write(string name, params string[] lines)
    {
        File.WriteAllLines(_folder.File(name), lines);
        return _folder.File(name);
    }
}
