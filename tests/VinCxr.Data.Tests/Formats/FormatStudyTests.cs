using VinCxr.Data.Datasets;
using VinCxr.Data.Formats;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis;
using VinCxr.Data.Tests.Datasets;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Formats;

public sealed class FormatStudyTests
{
    [Fact]
    public async Task Lossless_formats_lose_nothing_jpeg_loses_less_with_quality_and_the_store_is_left_as_it_was()
    {
        await using var set = await DatasetFixture.CreateAsync();
        using var folder = new TempDirectory();
        await PhantomGenerator.WriteAsync(new PhantomOptions(6, 160, 3), folder.Path, cancellationToken: DatasetFixture.Cancellation);
        DatasetManifest manifest = (await new DatasetIngest(set.Store).RunAsync(
            "p", folder.Path, null, new IngestOptions(), cancellationToken: DatasetFixture.Cancellation)).Manifest;
        int blobs = await set.CountBlobsAsync();

        FormatStudyReport report = await new FormatStudy(set.Store).RunAsync(
            manifest, new FormatOptions(4, 0, "minmax", 1, [50, 95]), cancellationToken: DatasetFixture.Cancellation);

        Assert.Equal(["dicom", "png-16", "png-8", "jpeg-50", "jpeg-95", "raw-16", "raw-8", "zstd-16", "zstd-8"], report.Formats.Select(f => f.Format));
        var by = report.Formats.ToDictionary(f => f.Format);
        Assert.Equal((6, 4, manifest.Images.Sum(i => (long)i.Rows * i.Columns)), (report.Images, report.Measured, report.Pixels));
        Assert.All(["dicom", "png-16", "raw-16", "zstd-16"], name => Assert.Equal((null, 1), (by[name].Psnr, Math.Round(by[name].Ssim!.Value, 12))));

        // Rounding to 8 bits: uniform error of 257 steps, 20 log10(65535 / (257 / sqrt(12))) = 58.9 dB.
        Assert.All(["png-8", "raw-8", "zstd-8"], name => Assert.InRange(by[name].Psnr!.Value, 58, 60));
        Assert.True(by["jpeg-50"].Psnr < by["jpeg-95"].Psnr && by["jpeg-95"].Psnr < by["png-8"].Psnr);
        Assert.True(by["jpeg-50"].Ssim < by["jpeg-95"].Ssim && by["jpeg-95"].WorstSsim <= by["jpeg-95"].Ssim);
        Assert.Equal((report.Pixels * 2, report.Pixels), (by["raw-16"].Total.Bytes, by["raw-8"].Total.Bytes));
        Assert.Equal(manifest.Bytes, by["dicom"].Total.Bytes);
        Assert.True(by["jpeg-50"].Total.Bytes < by["jpeg-95"].Total.Bytes && by["zstd-8"].Total.Bytes < by["raw-8"].Total.Bytes);
        Assert.All(report.Formats, f => Assert.True(f.PutMBps > 0 && f.GetMBps > 0 && f.DecodeMs > 0));
        Assert.Equal(blobs, await set.CountBlobsAsync());
        Assert.Equal(6, (await new DatasetVerifier(set.Store).RunAsync(manifest, cancellationToken: DatasetFixture.Cancellation)).Intact);
    }

    [Fact]
    public async Task Leftovers_of_a_killed_study_go_after_a_day()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(1);
        DatasetManifest manifest = (await set.IngestAsync()).Manifest;
        BlobInfo left = await set.Store.Blobs.PutAsync(new MemoryStream([1, 2, 3]), new Dictionary<string, string> { ["kind"] = "format-study" }, DatasetFixture.Cancellation);
        var options = new FormatOptions(0, 0, "minmax", 1, []);

        await new FormatStudy(set.Store, new FakeDicom()).RunAsync(manifest, options, cancellationToken: DatasetFixture.Cancellation);
        Assert.NotNull(await set.Store.Blobs.FindAsync(left.Id, DatasetFixture.Cancellation));

        var tomorrow = new Shifted(left.StoredAt.AddDays(1).AddMinutes(1));
        await new FormatStudy(set.Store, new FakeDicom()).RunAsync(manifest, options, time: tomorrow, cancellationToken: DatasetFixture.Cancellation);
        Assert.Null(await set.Store.Blobs.FindAsync(left.Id, DatasetFixture.Cancellation));
    }

    private sealed class Shifted(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
