using System.Collections.Concurrent;
using VinCxr.Core;
using VinCxr.Data.Annotations;
using VinCxr.Data.Dicom;
using VinCxr.Data.Synthesis;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Synthesis;

public sealed class PhantomGeneratorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_options_give_the_same_bytes()
    {
        using TempDirectory first = new(), second = new(), other = new();
        var options = new PhantomOptions(8, 128, Seed: 3, NormalFraction: 0.5);

        await PhantomGenerator.WriteAsync(options, first.Path, cancellationToken: Cancel);
        await PhantomGenerator.WriteAsync(options, second.Path, cancellationToken: Cancel);
        await PhantomGenerator.WriteAsync(options with { Seed = 4 }, other.Path, cancellationToken: Cancel);

        Assert.Equal(Names(first.Path), Names(second.Path));
        foreach (string name in Names(first.Path))
        {
            Assert.Equal(await File.ReadAllBytesAsync(first.File(name), Cancel), await File.ReadAllBytesAsync(second.File(name), Cancel));
        }

        Assert.Equal(["train.csv"], Names(first.Path).Intersect(Names(other.Path)));
    }

    [Fact]
    public async Task An_image_depends_on_the_seed_and_its_index_only()
    {
        using TempDirectory few = new(), many = new();

        await PhantomGenerator.WriteAsync(new PhantomOptions(3, 96), few.Path, cancellationToken: Cancel);
        await PhantomGenerator.WriteAsync(new PhantomOptions(6, 96), many.Path, cancellationToken: Cancel);

        foreach (string name in Names(few.Path).Where(n => n != "train.csv"))
        {
            Assert.Equal(await File.ReadAllBytesAsync(few.File(name), Cancel), await File.ReadAllBytesAsync(many.File(name), Cancel));
        }

        string[] shorter = await File.ReadAllLinesAsync(few.File("train.csv"), Cancel);
        Assert.Equal(shorter, (await File.ReadAllLinesAsync(many.File("train.csv"), Cancel)).Take(shorter.Length));
    }

    [Fact]
    public async Task Every_file_decodes_and_every_row_fits_its_image()
    {
        using var folder = new TempDirectory();
        await PhantomGenerator.WriteAsync(new PhantomOptions(60, 128, Seed: 11, NormalFraction: 0.3), folder.Path, cancellationToken: Cancel);

        AnnotationFile file = AnnotationCsv.Read(folder.File("train.csv"));
        var images = Directory.GetFiles(folder.Path, "*.dicom").ToDictionary(
            p => Path.GetFileNameWithoutExtension(p), p => new DicomReader().Read(File.ReadAllBytes(p)));

        Assert.Empty(file.Errors);
        Assert.Equal(14, file.Classes.NoFindingId);
        Assert.Equal(60, images.Count);
        Assert.Equal(images.Keys.Order(), file.Annotations.Select(a => a.ImageId).Distinct().Order());
        Assert.All(images.Keys, id => Assert.Matches("^[0-9a-f]{32}$", id));
        Assert.All(file.Annotations, row =>
        {
            DicomHeader header = images[row.ImageId].Header;
            Assert.Matches("^R([1-9]|1[0-7])$", row.RaterId);
            Assert.True(row.Box is not { } b || (b.XMin >= 0 && b.YMin >= 0 && b.XMax <= header.Columns && b.YMax <= header.Rows));
        });

        // Mixed as real sets are: five encodings, several depths, both polarities, with and without a window.
        Assert.Equal(5, images.Values.Select(i => i.Header.TransferSyntax).Distinct().Count());
        Assert.True(images.Values.Select(i => i.Header.BitsStored).Distinct().Count() >= 4);
        Assert.Equal(2, images.Values.Select(i => i.Header.Photometric).Distinct().Count());
        Assert.Equal(2, images.Values.Select(i => i.Header.Windows.Count).Distinct().Count());
        Assert.All(images.Values, i => Assert.Empty(i.Header.PhiTags));
    }

    [Fact]
    public void An_image_is_normal_for_all_its_readers_or_for_none()
    {
        var options = new PhantomOptions(120, 64, Seed: 2, NormalFraction: 0.5);
        int missed = 0;
        for (int index = 0; index < options.Count; index++)
        {
            PhantomStudy study = PhantomStudy.Make(options, [.. Enumerable.Range(0, 14)], index);

            Assert.Equal(3, study.Annotations.Select(a => a.RaterId).Distinct().Count());
            Assert.Single(study.Annotations.Select(a => a.ClassId == 14).Distinct());
            Assert.Equal(study.Phantom.Findings.Count == 0, study.Annotations[0].ClassId == 14);
            Assert.InRange(study.Phantom.Findings.Count, 0, 4);
            missed += study.Phantom.Findings.Count * 3 - study.Annotations.Count(a => a.Box is not null);
            Assert.All(study.Annotations.Where(a => a.Box is not null), a => Assert.Contains(
                study.Phantom.Findings, f => f.Box.IoU(a.Box!.Value) > 0.5));
        }

        Assert.InRange(missed, 10, 150);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(1.0)]
    public void The_share_of_normal_images_is_met_closely(double fraction)
    {
        var options = new PhantomOptions(100, 64, Seed: 9, NormalFraction: fraction);

        int normal = Enumerable.Range(0, 100).Count(i => PhantomStudy.Make(options, [3], i).Phantom.Findings.Count == 0);

        Assert.InRange(normal, (100 * fraction) - 3, (100 * fraction) + 3);
    }

    [Fact]
    public void Only_the_findings_asked_for_are_drawn_and_named()
    {
        var options = new PhantomOptions(40, 64, Seed: 1, NormalFraction: 0.1, FindingIds: [3, 8, 10]);

        IEnumerable<int> seen = Enumerable.Range(0, 40).SelectMany(i => PhantomStudy.Make(options, options.FindingIds!, i).Annotations).Select(a => a.ClassId);

        Assert.Equal([3, 8, 10, 14], seen.Distinct().Order());
    }

    [Fact]
    public async Task Progress_counts_every_image_once_in_order()
    {
        using var folder = new TempDirectory();
        var reports = new ConcurrentQueue<int>();

        await PhantomGenerator.WriteAsync(new PhantomOptions(9, 64), folder.Path, new Recorder(reports), Cancel);

        Assert.Equal(Enumerable.Range(1, 9), reports);
    }

    [Fact]
    public async Task All_bad_options_are_named_at_once()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => PhantomGenerator.WriteAsync(new PhantomOptions(0, 12, 0, 1.5, 20, [3, 99]), "unused", cancellationToken: Cancel));

        Assert.Equal(
            [
                "count 0 must be at least 1", "size 12 must be 64 to 4096", "normal fraction 1.5 must be between 0 and 1", "raters 20 must be 1 to 17",
                "finding 99 is unknown; allowed are 0 to 13",
            ],
            error.Errors);
        Assert.False(Directory.Exists("unused"));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.File("file"), "", Cancel);

        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => PhantomGenerator.WriteAsync(new PhantomOptions(1, 64), folder.File("file"), cancellationToken: Cancel));

        Assert.Contains("'" + folder.File("file") + "'", error.Message, StringComparison.Ordinal);
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    private sealed class Recorder(ConcurrentQueue<int> reports) : IProgress<int>
    {
        public void Report(int value) => reports.Enqueue(value);
    }
}
