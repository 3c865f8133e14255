using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Detection;
using VinCxr.Data.Datasets;

namespace VinCxr.Data.Tests.Datasets;

public sealed class DatasetCatalogTests
{
    private static readonly string OldVersion = new('a', 64);
    private static readonly string NewVersion = new string('a', 10) + new string('b', 54);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_points_at_its_newest_version_and_older_ones_stay()
    {
        await using var set = await DatasetFixture.CreateAsync();
        var catalog = new DatasetCatalog(set.Store);
        await catalog.PutAsync(Manifest("lungs", OldVersion, images: 1), Cancellation);
        await catalog.PutAsync(Manifest("lungs", NewVersion, images: 2), Cancellation);
        await catalog.PutAsync(Manifest("hands", OldVersion, images: 3), Cancellation);

        Assert.Equal(NewVersion, (await catalog.GetAsync("lungs", Cancellation)).Version);
        Assert.Equal(OldVersion, (await catalog.GetAsync($"lungs@sha256:{OldVersion}", Cancellation)).Version);
        Assert.Equal(OldVersion, (await catalog.GetAsync($"lungs@sha256:{OldVersion[..11]}", Cancellation)).Version);
        Assert.Equal($"lungs@sha256:{NewVersion}", await catalog.ResolveAsync("lungs", Cancellation));
        Assert.Equal($"lungs@sha256:{OldVersion}", await catalog.ResolveAsync($"lungs@sha256:{OldVersion[..11]}", Cancellation));
        Assert.Equal(
            [new DatasetSummary("hands", OldVersion, 3, 1, 30), new("lungs", NewVersion, 2, 1, 20)],
            await catalog.ListAsync(Cancellation));
    }

    [Fact]
    public async Task A_manifest_comes_back_whole()
    {
        await using var set = await DatasetFixture.CreateAsync();
        var catalog = new DatasetCatalog(set.Store);
        var manifest = Manifest("lungs", OldVersion, images: 2);
        await catalog.PutAsync(manifest, Cancellation);
        Assert.Equivalent(manifest, await catalog.GetAsync("lungs", Cancellation), strict: true);
    }

    [Fact]
    public async Task Unknown_names_and_versions_say_what_exists()
    {
        await using var set = await DatasetFixture.CreateAsync();
        var catalog = new DatasetCatalog(set.Store);
        var none = await Assert.ThrowsAsync<NotFoundException>(() => catalog.GetAsync("lungs", Cancellation));
        Assert.Contains("ingest one first", none.Message, StringComparison.Ordinal);

        await catalog.PutAsync(Manifest("lungs", OldVersion, images: 1), Cancellation);
        var name = await Assert.ThrowsAsync<NotFoundException>(() => catalog.GetAsync("lung", Cancellation));
        Assert.Contains("known: lungs", name.Message, StringComparison.Ordinal);
        var version = await Assert.ThrowsAsync<NotFoundException>(() => catalog.GetAsync("lungs@sha256:00000000", Cancellation));
        Assert.Contains(OldVersion, version.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lungs@sha256:aaaaaaa")]
    [InlineData("lungs@latest")]
    [InlineData("lungs@sha256:aaaaaaaaaa")]
    public async Task A_reference_that_is_malformed_or_ambiguous_is_refused(string reference)
    {
        await using var set = await DatasetFixture.CreateAsync();
        var catalog = new DatasetCatalog(set.Store);
        await catalog.PutAsync(Manifest("lungs", OldVersion, images: 1), Cancellation);
        await catalog.PutAsync(Manifest("lungs", NewVersion, images: 1), Cancellation);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => catalog.GetAsync(reference, Cancellation));
        Assert.Contains($"'{reference}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_manifest_is_one_line_and_putting_it_again_heals_it()
    {
        await using var set = await DatasetFixture.CreateAsync();
        var catalog = new DatasetCatalog(set.Store);
        await catalog.PutAsync(Manifest("lungs", OldVersion, images: 1), Cancellation);
        await foreach (var blob in set.Store.Blobs.ListAsync(cancellationToken: Cancellation))
        {
            set.Corrupt(blob.Id);
        }

        var error = await Assert.ThrowsAsync<StoreException>(() => catalog.GetAsync("lungs", Cancellation));
        Assert.Contains("'lungs' is damaged", error.Message, StringComparison.Ordinal);

        await catalog.PutAsync(Manifest("lungs", OldVersion, images: 1), Cancellation);
        Assert.Equal(OldVersion, (await catalog.GetAsync("lungs", Cancellation)).Version);
    }

    [Fact]
    public void A_version_depends_on_content_and_not_on_row_order()
    {
        var manifest = Manifest("lungs", OldVersion, images: 3);
        Annotation[] rows =
        [
            new("i0", 1, "R1", new Box(1, 2, 3, 4)), new("i0", 1, "R1", new Box(1, 2, 3, 5)), new("i0", 1, "R2", null), new("i1", 0, "R1", null),
        ];
        string version = Version(rows);
        Assert.Matches("^[0-9a-f]{64}$", version);
        Assert.Equal(version, Version([rows[3], rows[1], rows[2], rows[0]]));
        Assert.NotEqual(version, Version(rows[..3]));
        Assert.NotEqual(version, DatasetVersion.Compute(manifest.Classes, [.. manifest.Images.Take(2)], DatasetVersion.Sort(rows)));
        Assert.NotEqual(version, DatasetVersion.Compute(ClassList.VinBigData, manifest.Images, DatasetVersion.Sort(rows)));

        string Version(IEnumerable<Annotation> order) => DatasetVersion.Compute(manifest.Classes, manifest.Images, DatasetVersion.Sort(order));
    }

    private static DatasetManifest Manifest(string name, string version, int images) => new()
    {
        Name = name,
        Version = version,
        Classes = new ClassList([new LabelClass(0, "Nodule/Mass"), new LabelClass(7, "No finding")], 7),
        Images = [.. Enumerable.Range(0, images).Select(i => new DatasetImage($"i{i}", new string('0', 64), 10, 4, 5, "1.2", "MONOCHROME1", 12, new string('1', 64)))],
        Annotations = [new Annotation("i0", 0, "R1", new Box(0.25, 1, 2, 3)), new Annotation("i0", 7, "R2", null)],
        Quarantined = [new QuarantinedImage("a/b.dicom", "truncated")],
        PhiTags = new Dictionary<string, int> { ["(0010,0010) PatientName"] = 2 },
    };
}
