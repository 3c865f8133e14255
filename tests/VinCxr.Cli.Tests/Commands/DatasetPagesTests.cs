using System.Text.Json;
using System.Text.RegularExpressions;
using VinCxr.Testing;

namespace VinCxr.Cli.Tests.Commands;

public sealed partial class DatasetPagesTests : IDisposable
{
    private static readonly byte[] PngHead = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_page_of_a_set_of_the_real_shape_needs_nothing_else_and_has_every_count()
    {
        string csv = _folder.File("train.csv"), page = _folder.File("out/page.html");
        VinBigDataShape.Create().WriteCsv(csv);

        JsonElement stats = (await CommandLine.RunAsync("dataset", "stats", "--annotations", csv, "--html", page, "--plots", _folder.File("plots"), "-o", "json")).Json;

        JsonAssert.HasFields(
            stats, "images", "boxes", "noFindingImages", "imagesWithOverlap", "raters", "perClass", "coOccurrence", "agreement", "boxShapes", "overlap");
        Assert.Equal(
            (15_000, 36_096, 10_606, 4_352, 17),
            (Int(stats, "images"), Int(stats, "boxes"), Int(stats, "noFindingImages"), Int(stats, "imagesWithOverlap"), Int(stats, "raters")));
        Assert.Equal(
            VinBigDataShape.PerClass,
            stats.GetProperty("perClass").EnumerateArray().Take(14).Select(c => (Int(c, "boxes"), Int(c, "images"))));

        string html = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        Assert.DoesNotMatch(Outside(), html);
        Assert.Contains("10,606 (70.7 %)", html, StringComparison.Ordinal);
        Assert.Contains("7,162", html, StringComparison.Ordinal);
        MatchCollection images = Image().Matches(html);
        Assert.InRange(images.Count, 8, 20);
        Assert.All(images, i => Assert.True(i.Groups["alt"].Value.Length > 20));
        Assert.Equal(images.Count, DarkSource().Count(html));
        Assert.Equal(images.Count, Directory.GetFiles(_folder.File("plots"), "*.png").Length);
        Assert.All(Directory.GetFiles(_folder.File("plots")), file => Assert.Equal(PngHead, File.ReadAllBytes(file)[..4]));
    }

    [Fact]
    public async Task A_stored_set_has_sizes_and_an_empty_one_still_has_a_page()
    {
        string images = _folder.File("images"), store = $"file://{_folder.File("store")}";
        await CommandLine.RunAsync("phantom", "--count", "6", "--size", "64", "--normal", "0.3", "--out", images);
        await CommandLine.RunAsync("dataset", "ingest", "p", "--images", images, "--annotations", Path.Combine(images, "train.csv"), "--store", store);
        JsonElement stats = (await CommandLine.RunAsync("dataset", "stats", "p", "--store", store, "--html", _folder.File("p.html"), "-o", "json")).Json;
        Assert.True(stats.GetProperty("boxShapes").GetProperty("isRelative").GetBoolean());
        Assert.Equal(64, Math.Max(Int(stats.GetProperty("imageSizes"), "maxWidth"), Int(stats.GetProperty("imageSizes"), "maxHeight")));

        await File.WriteAllTextAsync(
            _folder.File("normal.csv"), "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max\na,No finding,14,R1,,,,\n<b>,No finding,14,R1,,,,\n",
            TestContext.Current.CancellationToken);
        CommandResult normal = await CommandLine.RunAsync("dataset", "stats", "--annotations", _folder.File("normal.csv"), "--html", _folder.File("normal.html"));
        Assert.True(normal.ExitCode == 0, string.Join(" | ", normal.ErrorLines));
        Assert.True(File.Exists(_folder.File("normal.html")));
    }

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    /// <summary>Anything a browser would fetch.</summary>
    [GeneratedRegex("(src|href|srcset)=\"(?!data:image/png;base64,|#)|url\\(|@import|<script")]
    private static partial Regex Outside();

    [GeneratedRegex("<img [^>]*alt=\"(?<alt>[^\"]*)\"")]
    private static partial Regex Image();

    [GeneratedRegex("<source media=\"\\(prefers-color-scheme: dark\\)\"")]
    private static partial Regex DarkSource();
}
