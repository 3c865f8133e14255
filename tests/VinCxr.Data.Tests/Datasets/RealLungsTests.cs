using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Datasets;

/// <summary>57 real radiographs in five encodings, whose stored pixels were hashed by other software.</summary>
public sealed class RealLungsTests
{
    [Fact]
    public async Task Every_radiograph_is_taken_and_its_pixels_equal_the_published_hash()
    {
        string? folder = SharedData.RealLungs;
        Assert.SkipWhen(folder is null, "shared/data/real-lungs is not beside this checkout");
        await using var set = await DatasetFixture.CreateAsync();

        var report = await new DatasetIngest(set.Store, new DicomReader()).RunAsync(
            "lungs", folder!, Path.Combine(folder!, "train.csv"), new IngestOptions(), cancellationToken: DatasetFixture.Cancellation);

        Assert.Equal((57, 0), (report.Uploaded, report.AlreadyStored));
        Assert.Empty(report.Manifest.Quarantined);
        Assert.Empty(report.RowErrors);
        Assert.Equal(114, report.Manifest.Annotations.Count);
        var expected = File.ReadLines(Path.Combine(folder!, "SOURCES.csv")).Skip(1).Select(line => line.Split(',')).ToDictionary(f => f[0], f => f[^1]);
        Assert.Equal(
            expected.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key, e.Value)),
            report.Manifest.Images.Select(i => (i.ImageId, i.PixelSha256)));

        var again = await new DatasetIngest(set.Store).RunAsync(
            "lungs", folder!, Path.Combine(folder!, "train.csv"), new IngestOptions(), cancellationToken: DatasetFixture.Cancellation);
        Assert.Equal((0, 57, report.Manifest.Version), (again.Uploaded, again.AlreadyStored, again.Manifest.Version));
    }
}
