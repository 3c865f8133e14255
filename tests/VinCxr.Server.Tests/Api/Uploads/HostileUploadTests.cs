using System.IO.Compression;
using System.Text;
using VinCxr.Contracts.Api;
using VinCxr.Data.Synthesis;
using VinCxr.Testing;
using VinCxr.Testing.Dicom;

namespace VinCxr.Server.Tests.Api.Uploads;

/// <summary>Tests that measure the memory of the whole process run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "memory";
}

/// <summary>Files that are made to harm whoever ingests them, over the API: each ends in quarantine or as a mistake, and the server goes on.</summary>
[Collection(MemoryCollection.Name)]
public sealed class HostileUploadTests(UploadServer server) : IClassFixture<UploadServer>
{
    private const string Explicit = "1.2.840.10008.1.2.1";
    private const string Deflated = "1.2.840.10008.1.2.1.99";
    private const string RunLength = "1.2.840.10008.1.2.5";
    private const string JpegBaseline = "1.2.840.10008.1.2.4.50";
    private const string JpegLossless = "1.2.840.10008.1.2.4.70";
    private const string Jpeg2000 = "1.2.840.10008.1.2.4.90";

    /// <summary>What a server may take beyond what it had: files, pixels and codecs of two decoders at once under <see cref="UploadServer.Limits"/>, with room to spare.</summary>
    private const long MemoryBytes = 768L << 20;

    /// <summary>What may be allocated, given back or not; the images claim more than ten times as much.</summary>
    private const long AllocatedBytes = 512L << 20;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Declares gigabytes, or holds them, or lies.</summary>
    private static (string Name, byte[] Content)[] Images =>
    [
        ("frames.dcm", new DicomBytes().Text(0x00280008, "IS", "65535").Image(65535, 65535).Pixels(1).File(Explicit)),
        ("declared.dcm", new DicomBytes().Image(40000, 40000, 8, 8).Pixels(1).File(Explicit)),
        ("deflated.dcm", Deflate(1024)),
        ("deflated-image.dcm", new DicomBytes().Image(6000, 5000).Element(0x7FE00010, "OW", new byte[60_000_000]).File(Deflated)),
        ("runs.dcm", new DicomBytes().Image(20000, 20000, 8, 8).Fragments(null, RunLengthFrame.Of(Runs(20000L * 20000))).File(RunLength)),
        ("jpeg.dcm", new DicomBytes().Image(64, 64, 8, 8).Fragments(null, Frame(0xC0, 65500)).File(JpegBaseline)),
        ("jpeg-declared.dcm", new DicomBytes().Image(65500, 65500, 8, 8).Fragments(null, Frame(0xC0, 65500)).File(JpegBaseline)),
        ("jpeg-lossless.dcm", new DicomBytes().Image(65500, 65500).Fragments(null, Frame(0xC3, 65500)).File(JpegLossless)),
        ("jpeg-2000.dcm", new DicomBytes().Image(64, 64).Fragments(null, Wavelet(60000)).File(Jpeg2000)),
        ("jpeg-2000-declared.dcm", new DicomBytes().Image(60000, 60000, 8, 8).Fragments(null, [.. Wavelet(60000), .. new byte[2_000_000]]).File(Jpeg2000)),
        ("truncated.dcm", new DicomBytes().Image(64, 64).Element(0x7FE00010, "OW", new byte[64 * 64], 64 * 64 * 2).File(Explicit)),
        ("lies.dcm", new DicomBytes().Element(0x00091002, "UN", [1, 2], 0xFFFFFFFE).File(Explicit)),
        ("long-value.dcm", new DicomBytes().Element(0x00280008, "UT", new byte[4_000_000]).Image(1, 1).Pixels(1).File(Explicit)),
        ("nested.dcm", new DicomBytes().Raw(Nested()).File(Explicit)),
        ("zeros.dcm", new byte[4 << 20]),
        ("empty.dcm", []),
        ("text.dcm", Encoding.UTF8.GetBytes("this is no image at all, whatever its name says")),
    ];

    [Fact]
    public async Task Every_bomb_is_quarantined_and_good_images_beside_them_are_taken()
    {
        var (ann, good) = (await server.AsAsync("ann"), await PhantomsAsync());
        var upload = await ann.CreateAsync("bombs");
        var images = Images;
        await ann.PutAllAsync(upload, [.. images, .. good]);

        long allocated = GC.GetTotalAllocatedBytes(), before = Environment.WorkingSet, most = before;
        using var stop = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(Cancel))
            {
                most = Math.Max(most, Environment.WorkingSet);
            }
        }, Cancel);
        var done = await ann.IngestedAsync(upload, new UploadIngest("train.csv"));
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        await stop.CancelAsync();
        await watch;
        var report = await ann.ReportAsync(upload);

        TestContext.Current.TestOutputHelper!.WriteLine($"{(most - before) >> 20} MiB more, {allocated >> 20} MiB allocated\n{string.Join('\n', report.Dataset.QuarantinedFiles.Select(q => $"{q.File}: {q.Reason}"))}");
        Assert.Equal((UploadState.Done, 2), (done.State, report.Dataset.Images));
        Assert.Equal(images.Select(i => i.Name).Order(StringComparer.Ordinal), report.Dataset.QuarantinedFiles.Select(q => q.File));
        Assert.All(report.Dataset.QuarantinedFiles, q => Assert.InRange(q.Reason.Length, 1, 501));
        Assert.InRange(most - before, 0, MemoryBytes);
        Assert.InRange(allocated, 0, AllocatedBytes);
        Assert.Equal("ok", await ann.Http.GetStringAsync("/healthz", Cancel));
    }

    public static TheoryData<string, string> Sheets => new()
    {
        { "a huge line", new string('x', 1_000_000) },
        { "a huge quoted field", $"image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max\n\"{new string('x', 900_000)}" },
        { "lines without end", $"image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max\n{string.Concat(Enumerable.Repeat("x\n", 450_000))}" },
        { "columns without end", new string(',', 1_000_000) },
        { "zeros", new string('\0', 1_000_000) },
        { "classes without end", $"image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max\n{string.Concat(Enumerable.Range(0, 40_000).Select(i => $"a,c{i},{i},r,0,0,9,9\n"))}" },
        { "formulas", "image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max\n=cmd|'/c calc'!A1,a,0,r,0,0,1e999,9\n" },
    };

    [Theory]
    [MemberData(nameof(Sheets), DisableDiscoveryEnumeration = true)]
    public async Task Annotations_that_are_a_bomb_are_refused_in_a_few_lines(string what, string text)
    {
        var ann = await server.AsAsync("ann");
        var upload = await ann.CreateAsync("sheets");
        await ann.PutAllAsync(upload, [.. await PhantomsAsync(), ("bomb.csv", Encoding.UTF8.GetBytes(text))]);

        foreach (bool skip in new[] { false, true })
        {
            var failed = await ann.IngestedAsync(upload, new UploadIngest("bomb.csv", SkipBadRows: skip, DryRun: true));
            if (skip && failed.State == UploadState.Done)
            {
                continue;
            }

            Assert.True(failed is { State: UploadState.Failed, Failure.IsInput: true }, $"{what}: {failed}");
            Assert.InRange(failed.Failure.Errors.Count, 1, 101);
            Assert.All([failed.Failure.Message, .. failed.Failure.Errors], line => Assert.InRange(line.Length, 1, 301));
            Assert.DoesNotContain(server.StoreUri, string.Concat([failed.Failure.Message, .. failed.Failure.Errors]), StringComparison.Ordinal);
        }

        Assert.Equal("ok", await ann.Http.GetStringAsync("/healthz", Cancel));
    }

    [Fact]
    public async Task An_upload_of_nothing_usable_fails_and_says_why()
    {
        var ann = await server.AsAsync("ann");
        var upload = await ann.CreateAsync("nothing");
        await ann.PutAllAsync(upload, [("only.csv", [1])]);
        var none = await ann.IngestedAsync(upload, new UploadIngest());
        await ann.PutAllAsync(upload, [("zeros.dcm", new byte[5000])]);
        var bad = await ann.IngestedAsync(upload, new UploadIngest());

        Assert.StartsWith("images folder 'nothing' holds no DICOM files", none.Failure?.Message, StringComparison.Ordinal);
        Assert.Contains("none of the 1 DICOM files", bad.Failure?.Message, StringComparison.Ordinal);
        using var dataset = await ann.Http.GetAsync("datasets/nothing", Cancel);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, dataset.StatusCode);
    }

    private static async Task<(string, byte[])[]> PhantomsAsync()
    {
        using var folder = new TempDirectory();
        await PhantomGenerator.WriteAsync(new PhantomOptions(2, Size: 64, Seed: 3), folder.Path, cancellationToken: Cancel);
        return [.. Directory.EnumerateFiles(folder.Path).Select(f => (Path.GetFileName(f), File.ReadAllBytes(f)))];
    }

    /// <summary>A data set of zeros only, in megabytes.</summary>
    private static byte[] Deflate(int megabytes)
    {
        using var file = new MemoryStream();
        file.Write([.. new byte[128], .. "DICM"u8, .. new DicomBytes().Text(0x00020010, "UI", Deflated).ToArray()]);
        using (var packed = new DeflateStream(file, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            byte[] block = new byte[1 << 20];
            for (int i = 0; i < megabytes; i++)
            {
                packed.Write(block);
            }
        }

        return file.ToArray();
    }

    /// <summary>PackBits: two bytes for 128 zeros.</summary>
    private static byte[] Runs(long bytes)
    {
        byte[] runs = new byte[2 * ((bytes / 128) + 1)];
        for (int i = 0; i < runs.Length; i += 2)
        {
            runs[i] = 0x81;
        }

        return runs;
    }

    /// <summary>A JPEG that declares a square of this side and then holds nothing to speak of.</summary>
    private static byte[] Frame(byte marker, int side)
    {
        byte[] small = LosslessJpeg.Encode(new ushort[4], 2, 2, 8);
        int at = Array.IndexOf(small, (byte)0xC3);
        small[at] = marker;
        (small[at + 4], small[at + 5], small[at + 6], small[at + 7]) = ((byte)(side >> 8), (byte)side, (byte)(side >> 8), (byte)side);
        return [.. small, .. new byte[1 << 20]];
    }

    /// <summary>SOC and SIZ (ISO 15444-1, A.5.1) of a square of this side, and no more.</summary>
    private static byte[] Wavelet(int side)
    {
        byte[] s = [(byte)(side >> 24), (byte)(side >> 16), (byte)(side >> 8), (byte)side], o = new byte[4];
        return [0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0, .. s, .. s, .. o, .. o, .. s, .. s, .. o, .. o, 0, 1, 7, 1, 1, .. new byte[4096]];
    }

    private static byte[] Nested()
    {
        var open = new DicomBytes();
        for (int i = 0; i < 100_000; i++)
        {
            open.Element(0x00081140, "SQ", [], uint.MaxValue).Element(0xFFFEE000, "", [], uint.MaxValue);
        }

        return open.ToArray();
    }
}
