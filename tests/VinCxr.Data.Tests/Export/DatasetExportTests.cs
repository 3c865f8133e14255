using System.Globalization;
using System.Text.Json;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Annotations;
using VinCxr.Data.Datasets;
using VinCxr.Data.Export;
using VinCxr.Data.Imaging;
using VinCxr.Data.Tests.Datasets;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Export;

/// <summary>What is exported is read back as the other tool would read it, and compared with what went in.</summary>
public sealed class DatasetExportTests : IDisposable
{
    /// <summary>Images are 30 x 20 pixels and shrink to 15 x 10.</summary>
    private static readonly PreprocessSpec Half = new(Size: 15);

    private static readonly LabelsSpec AsDrawn = new("none");

    private static readonly string[] Rows =
    [
        "img000,Nodule,4,R1,2,2,12,8", "img000,Nodule,4,R2,3,2,13,8", "img000,Heart,7,R1,10.5,5,29,19",
        "img001,No finding,9,R1,,,,", "img001,No finding,9,R2,,,,",
        "img002,Heart,7,R3,0,0,30,20",
        "img003,No finding,9,R1,,,,",
    ];

    private readonly TempDirectory _out = new();

    public void Dispose() => _out.Dispose();

    [Fact]
    public async Task Yolo_boxes_come_back_within_a_millionth_of_the_side()
    {
        await using var set = await CreateAsync();
        ExportReport report = await ExportAsync(set, ExportFormat.Yolo);
        Assert.Equal((4, 4, 4, 0), (report.Images, report.Written, report.Boxes, report.LostBoxes));

        // Classes are numbered in class-list order without No finding: Nodule 0, Heart 1.
        string[][] lines = [.. (await ReadLinesAsync("labels/img000.txt")).Select(l => l.Split(' '))];
        Assert.Equal(["0", "0", "1"], lines.Select(l => l[0]));
        double[] heart = [.. lines[2].Skip(1).Select(f => double.Parse(f, CultureInfo.InvariantCulture))];
        Box[] boxes = [new((heart[0] - (heart[2] / 2)) * 30, (heart[1] - (heart[3] / 2)) * 20, (heart[0] + (heart[2] / 2)) * 30, (heart[1] + (heart[3] / 2)) * 20)];
        AssertNear(new Box(10.5, 5, 29, 19), boxes[0], 30 * 1.5e-6);
        Assert.Empty(await ReadLinesAsync("labels/img001.txt"));
        Assert.Equal(["1 0.500000 0.500000 1.000000 1.000000"], await ReadLinesAsync("labels/img002.txt"));

        Assert.Equal(["./images/img000.png", "./images/img001.png", "./images/img002.png", "./images/img003.png"], await ReadLinesAsync("train.txt"));
        string yaml = await File.ReadAllTextAsync(_out.File("data.yaml"), DatasetFixture.Cancellation);
        Assert.Contains("nc: 2\nnames:\n  0: 'Nodule'\n  1: 'Heart'\n", yaml, StringComparison.Ordinal);
        Plane plane = PlaneCodec.DecodePng(await File.ReadAllBytesAsync(_out.File("images/img003.png"), DatasetFixture.Cancellation));
        Assert.Equal((15, 10, 8), (plane.Width, plane.Height, plane.Bits));
    }

    [Fact]
    public async Task Coco_ids_are_consistent_and_boxes_are_x_y_width_height()
    {
        await using var set = await CreateAsync();
        await ExportAsync(set, ExportFormat.Coco, new ExportFolds(new Dictionary<string, int> { ["img000"] = 0, ["img001"] = 1, ["img002"] = 1, ["img003"] = 0 }, 2, HeldOut: 1));

        JsonElement train = await ReadJsonAsync("annotations/instances_train.json"), held = await ReadJsonAsync("annotations/instances_val.json");
        Assert.Equal(["img000.png", "img003.png"], train.GetProperty("images").EnumerateArray().Select(i => i.GetProperty("file_name").GetString()));
        foreach (JsonElement part in new[] { train, held })
        {
            int[] images = [.. Ids(part, "images")], annotations = [.. Ids(part, "annotations")], categories = [.. Ids(part, "categories")];
            Assert.Equal(images.Length, images.Distinct().Count());
            Assert.Equal(annotations.Length, annotations.Distinct().Count());
            Assert.Equal([4, 7], categories);
            Assert.All(part.GetProperty("annotations").EnumerateArray(), a =>
            {
                Assert.Contains(a.GetProperty("image_id").GetInt32(), images);
                Assert.Contains(a.GetProperty("category_id").GetInt32(), categories);
                double[] bbox = [.. a.GetProperty("bbox").EnumerateArray().Select(v => v.GetDouble())];
                Assert.Equal(bbox[2] * bbox[3], a.GetProperty("area").GetDouble(), 9);
                Assert.Equal(0, a.GetProperty("iscrowd").GetInt32());
            });
        }

        Assert.Empty(Ids(train, "images").Intersect(Ids(held, "images")));
        Assert.Empty(Ids(train, "annotations").Intersect(Ids(held, "annotations")));
        Assert.All(train.GetProperty("images").EnumerateArray(), i => Assert.Equal((15, 10), (i.GetProperty("width").GetInt32(), i.GetProperty("height").GetInt32())));
        JsonElement first = train.GetProperty("annotations")[0];
        Assert.Equal([1, 1, 5, 3], first.GetProperty("bbox").EnumerateArray().Select(v => v.GetDouble()));
    }

    [Fact]
    public async Task Png_keeps_every_raters_row_and_its_file_can_be_ingested_again()
    {
        await using var set = await CreateAsync();
        await ExportAsync(set, ExportFormat.Png);

        AnnotationFile back = AnnotationCsv.Read(_out.File("train.csv"));
        Assert.Empty(back.Errors);
        Assert.Equal(9, back.Classes.NoFindingId);
        Assert.Equal(Rows.Length, back.Annotations.Count);
        Assert.Contains(new Annotation("img000", 7, "R1", new Box(5.25, 2.5, 14.5, 9.5)), back.Annotations);
        Assert.Contains(new Annotation("img001", 9, "R2", null), back.Annotations);
        string[] images = await ReadLinesAsync("images.csv");
        Assert.Equal("img000,images/img000.png,15,10,0,0,30,20", images[1]);
    }

    [Fact]
    public async Task Consensus_merges_raters_and_names_them_so()
    {
        await using var set = await CreateAsync();
        await ExportAsync(set, ExportFormat.Png, labels: new LabelsSpec("wbf"));
        AnnotationFile back = AnnotationCsv.Read(_out.File("train.csv"));
        Assert.Equal(5, back.Annotations.Count);
        Assert.All(back.Annotations, a => Assert.Equal("consensus", a.RaterId));
        Assert.Equal(new Box(1.25, 1, 6.25, 4), back.Annotations.Single(a => a.ClassId == 4).Box);
    }

    [Fact]
    public async Task A_stopped_export_is_taken_up_and_ends_as_if_it_had_never_stopped()
    {
        await using var set = await CreateAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(DatasetFixture.Cancellation);
        var stopAfterOne = new StopAtOnce(stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ExportAsync(set, ExportFormat.Yolo, progress: stopAfterOne, cancellation: stop.Token));
        int before = Directory.GetFiles(_out.File("images"), "*.png").Length;
        Assert.InRange(before, 1, 4);

        // As a crash would leave it: half an image beside its place, half a line in the ledger.
        await File.WriteAllTextAsync(_out.File("images/img003.png.0123.partial"), "half", DatasetFixture.Cancellation);
        await File.AppendAllTextAsync(_out.File("export-images.ndjson"), "{\"imageId\":\"img0", DatasetFixture.Cancellation);

        ExportReport report = await ExportAsync(set, ExportFormat.Yolo);
        Assert.Equal((4, 4 - before), (report.Images, report.Written));
        Assert.Empty(Directory.GetFiles(_out.Path, "*.partial", SearchOption.AllDirectories));
        Assert.Equal(4, (await ReadLinesAsync("export-images.ndjson")).Length);
        Assert.Equal(0, (await ExportAsync(set, ExportFormat.Coco)).Written);
    }

    [Fact]
    public async Task Other_settings_another_content_and_impossible_wishes_are_refused()
    {
        await using var set = await CreateAsync();
        await ExportAsync(set, ExportFormat.Yolo);
        var other = await Assert.ThrowsAsync<InvalidInputException>(() => ExportAsync(set, ExportFormat.Yolo, preprocess: Half with { Size = 20 }));
        Assert.Contains("other data or settings", other.Message, StringComparison.Ordinal);

        using var full = new TempDirectory();
        await File.WriteAllTextAsync(full.File("thesis.txt"), "mine", DatasetFixture.Cancellation);
        await Assert.ThrowsAsync<InvalidInputException>(() => ExportAsync(set, ExportFormat.Yolo, folder: full.Path));
        Assert.Equal("mine", await File.ReadAllTextAsync(full.File("thesis.txt"), DatasetFixture.Cancellation));
        await Assert.ThrowsAsync<InvalidInputException>(() => ExportAsync(set, ExportFormat.Yolo, preprocess: Half with { Bits = 16 }, jpeg: 90));
    }

    [Theory]
    [InlineData(0, 0, 100, 50, 2, 3, 12, 8, 20, 30, 120, 80)]
    [InlineData(1, 1, 100, 50, 2, 3, 12, 8, 10, 20, 110, 70)]
    [InlineData(5, 0, 100, 50, 2, 3, 12, 8, 0, 30, 70, 80)]
    public void Boxes_follow_the_part_of_the_image_that_is_shown(
        int x, int y, int width, int height, double x1, double y1, double x2, double y2, double wx1, double wy1, double wx2, double wy2)
    {
        var image = new ExportedImage("a", width * 10, height * 10, new PixelRegion(x, y, width, height));
        Assert.Equal(new Box(wx1, wy1, wx2, wy2), image.Place(new Box(x1, y1, x2, y2)));
        Assert.Null(image.Place(new Box(-9, -9, x, y)));
    }

    private static async Task<DatasetFixture> CreateAsync()
    {
        DatasetFixture set = await DatasetFixture.CreateAsync();
        set.AddImages(4);
        return set;
    }

    private async Task<ExportReport> ExportAsync(
        DatasetFixture set, ExportFormat format, ExportFolds? folds = null, LabelsSpec? labels = null, PreprocessSpec? preprocess = null, int? jpeg = null,
        string? folder = null, IProgress<int>? progress = null, CancellationToken? cancellation = null)
    {
        DatasetManifest manifest = (await set.IngestAsync(set.Csv(Rows))).Manifest;
        return await new DatasetExport(set.Store, new FakeDicom()).RunAsync(
            manifest, new ExportOptions(format, preprocess ?? Half, labels ?? AsDrawn, jpeg), folds, folder ?? _out.Path, progress, cancellation ?? DatasetFixture.Cancellation);
    }

    private Task<string[]> ReadLinesAsync(string name) => File.ReadAllLinesAsync(_out.File(name), DatasetFixture.Cancellation);

    private async Task<JsonElement> ReadJsonAsync(string name) =>
        JsonDocument.Parse(await File.ReadAllTextAsync(_out.File(name), DatasetFixture.Cancellation)).RootElement;

    private static IEnumerable<int> Ids(JsonElement part, string list) => part.GetProperty(list).EnumerateArray().Select(e => e.GetProperty("id").GetInt32());

    private static void AssertNear(Box expected, Box actual, double tolerance)
    {
        Assert.Equal(expected.XMin, actual.XMin, tolerance);
        Assert.Equal(expected.YMin, actual.YMin, tolerance);
        Assert.Equal(expected.XMax, actual.XMax, tolerance);
        Assert.Equal(expected.YMax, actual.YMax, tolerance);
    }

    private sealed class StopAtOnce(CancellationTokenSource stop) : IProgress<int>
    {
        public void Report(int value) => stop.Cancel();
    }
}
