using CsCheck;
using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;
using VinCxr.Data.Tests.Datasets;

namespace VinCxr.Data.Tests.Sharding;

public sealed class ShardBuilderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void A_plan_holds_every_image_once_in_manifest_order()
    {
        Gen.Select(Gen.Int[0, 700], Gen.Int[1, 300]).Sample(
            (count, size) =>
            {
                var manifest = ManifestOf([.. Enumerable.Range(0, count).Select(i => $"i{i:D4}")]);
                var plan = ShardBuilder.Plan(manifest, size);
                Assert.Equal(manifest.Images.Select(i => i.ImageId), plan.SelectMany(p => p.ImageIds));
                Assert.Equal(Enumerable.Range(0, (count + size - 1) / size), plan.Select(p => p.Index));
                Assert.All(plan.SkipLast(1), p => Assert.Equal(size, p.ImageIds.Count));
            },
            seed: "0000000000000",
            iter: 100);
    }

    [Theory]
    [InlineData(8, 64)]
    [InlineData(16, 64)]
    [InlineData(8, 13)]
    public async Task Planes_read_back_equal_what_preparation_gives(int bits, int size)
    {
        await using var set = await DatasetFixture.CreateAsync();
        for (int i = 0; i < 7; i++)
        {
            set.Add($"img{i}.dicom", FakeDicom.Write(rows: 17 + i, columns: 31 - i, seed: i));
        }

        var manifest = (await set.IngestAsync()).Manifest;
        var spec = new PreprocessSpec(size, "voi", "minmax", bits);
        var key = KeyOf(manifest, spec);
        var paths = new List<string>();
        foreach (var plan in ShardBuilder.Plan(manifest, imagesPerShard: 3))
        {
            var shard = await Builder(set).BuildAsync(manifest, key, plan, cancellationToken: Cancellation);
            Assert.Equal(plan.ImageIds, shard.ImageIds);
            paths.Add(set.PathOf(shard.BlobId));
            Assert.Equal(new FileInfo(paths[^1]).Length, shard.Length);
        }

        using var reader = new ShardReader(paths);
        Assert.Equal(7, reader.Images.Count);
        for (int i = 0; i < 7; i++)
        {
            var expected = ImagePreparation.Prepare(new FakeDicom().Read(FakeDicom.Write(rows: 17 + i, columns: 31 - i, seed: i)), spec);
            Assert.Equal(new PreparedImage($"img{i}", expected.Width, expected.Height, bits, 31 - i, 17 + i), reader.Images[$"img{i}"]);
            Assert.Equal(expected.Bytes, reader.Pixels($"img{i}").ToArray());
        }
    }

    [Fact]
    public async Task A_shard_that_is_recorded_is_not_made_again()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(5);
        var manifest = (await set.IngestAsync()).Manifest;
        var (key, plan) = (KeyOf(manifest), ShardBuilder.Plan(manifest)[0]);
        var reader = new FakeDicom();
        var builder = new ShardBuilder(set.Store, reader);
        Assert.Null(await builder.FindAsync(key, 0, Cancellation));

        var first = await builder.BuildAsync(manifest, key, plan, cancellationToken: Cancellation);
        var again = await builder.BuildAsync(manifest, key, plan, cancellationToken: Cancellation);

        Assert.Equal(5, reader.Decoded);
        Assert.Equal(first.BlobId, again.BlobId);
        Assert.Equal(first.BlobId, (await builder.FindAsync(key, 0, Cancellation))!.BlobId);
        Assert.Null(await builder.FindAsync(key, 1, Cancellation));
        Assert.Null(await builder.FindAsync(KeyOf(manifest, new PreprocessSpec(32)), 0, Cancellation));
    }

    [Fact]
    public async Task A_record_of_another_plan_or_without_its_blob_does_not_count()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(4);
        var manifest = (await set.IngestAsync()).Manifest;
        var key = KeyOf(manifest);
        var whole = await Builder(set).BuildAsync(manifest, key, ShardBuilder.Plan(manifest)[0], cancellationToken: Cancellation);
        var half = await Builder(set).BuildAsync(manifest, key, ShardBuilder.Plan(manifest, 2)[0], cancellationToken: Cancellation);
        Assert.Equal(["img000", "img001"], half.ImageIds);
        Assert.NotEqual(whole.BlobId, half.BlobId);

        await set.Store.Blobs.DeleteAsync(half.BlobId, Cancellation);
        Assert.Null(await Builder(set).FindAsync(key, 0, Cancellation));
        Assert.Equal(half.BlobId, (await Builder(set).BuildAsync(manifest, key, ShardBuilder.Plan(manifest, 2)[0], cancellationToken: Cancellation)).BlobId);
    }

    [Fact]
    public async Task Two_builders_at_once_and_any_parallelism_give_the_same_bytes()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(12);
        var manifest = (await set.IngestAsync()).Manifest;
        var (key, plan) = (KeyOf(manifest), ShardBuilder.Plan(manifest)[0]);
        int before = await set.CountBlobsAsync();

        var shards = await Task.WhenAll(new[] { 1, 2, 5, 20 }.Select(threads => Task.Run(() =>
            new ShardBuilder(set.Store, new FakeDicom(), threads).BuildAsync(manifest, key, plan, cancellationToken: Cancellation))));

        Assert.Single(shards.Select(s => s.BlobId).Distinct());
        Assert.Equal(before + 1, await set.CountBlobsAsync());
    }

    [Fact]
    public async Task Progress_counts_the_images_of_the_shard()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(6);
        var manifest = (await set.IngestAsync()).Manifest;
        var seen = new List<int>();
        await Builder(set).BuildAsync(manifest, KeyOf(manifest), ShardBuilder.Plan(manifest)[0], new ListProgress<int>(seen), Cancellation);
        Assert.Equal([1, 2, 3, 4, 5, 6], seen);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_blob_of_another_length_than_the_manifest_says_is_damaged(int more)
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(3);
        var manifest = (await set.IngestAsync()).Manifest;
        DatasetImage[] images = [.. manifest.Images.Select(i => i with { Length = i.Length + more })];
        var error = await Assert.ThrowsAsync<StoreException>(() => BuildAsync(set, manifest with { Images = images }));
        Assert.Contains("'img000'", error.Message, StringComparison.Ordinal);
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_or_missing_image_is_one_line_and_nothing_is_recorded()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(6);
        var manifest = (await set.IngestAsync()).Manifest;
        set.Corrupt(manifest.Images[3].BlobId);
        int before = await set.CountBlobsAsync();
        var damaged = await Assert.ThrowsAsync<StoreException>(() => BuildAsync(set, manifest));
        Assert.Contains("'img003'", damaged.Message, StringComparison.Ordinal);
        Assert.Contains("is damaged", damaged.Message, StringComparison.Ordinal);

        await set.Store.Blobs.DeleteAsync(manifest.Images[3].BlobId, Cancellation);
        var missing = await Assert.ThrowsAsync<StoreException>(() => BuildAsync(set, manifest));
        Assert.Contains("is missing", missing.Message, StringComparison.Ordinal);

        Assert.Null(await Builder(set).FindAsync(KeyOf(manifest), 0, Cancellation));
        Assert.Equal(before - 1, await set.CountBlobsAsync());
    }

    [Fact]
    public async Task An_image_that_cannot_be_prepared_is_named()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(3);
        var manifest = (await set.IngestAsync()).Manifest;
        var reader = new FakeDicom { BeforeDecode = count => throw new DicomException($"refused at {count}") };
        var error = await Assert.ThrowsAsync<DicomException>(() => new ShardBuilder(set.Store, reader, parallelism: 1).BuildAsync(
            manifest, KeyOf(manifest), ShardBuilder.Plan(manifest)[0], cancellationToken: Cancellation));
        Assert.Equal("image 'img000' cannot be prepared: refused at 1", error.Message);
    }

    [Fact]
    public async Task A_cancelled_build_leaves_nothing()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(20);
        var manifest = (await set.IngestAsync()).Manifest;
        int before = await set.CountBlobsAsync();
        using var cancel = new CancellationTokenSource();
        var reader = new FakeDicom
        {
            BeforeDecode = count =>
            {
                if (count == 8)
                {
                    cancel.Cancel();
                }
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ShardBuilder(set.Store, reader).BuildAsync(
            manifest, KeyOf(manifest), ShardBuilder.Plan(manifest)[0], cancellationToken: cancel.Token));
        Assert.Null(await Builder(set).FindAsync(KeyOf(manifest), 0, Cancellation));
        Assert.Equal(before, await set.CountBlobsAsync());
    }

    private static ShardBuilder Builder(DatasetFixture set) => new(set.Store, new FakeDicom());

    private static Task<PreparedShard> BuildAsync(DatasetFixture set, DatasetManifest manifest) =>
        Builder(set).BuildAsync(manifest, KeyOf(manifest), ShardBuilder.Plan(manifest)[0], cancellationToken: Cancellation);

    private static PreparedKey KeyOf(DatasetManifest manifest, PreprocessSpec? spec = null) =>
        new(manifest.Version, spec ?? new PreprocessSpec(64), ImagePreparation.Version);

    private static DatasetManifest ManifestOf(string[] ids) => new()
    {
        Name = "set",
        Version = "v",
        Classes = ClassList.VinBigData,
        Images = [.. ids.Select(id => new DatasetImage(id, "", 1, 1, 1, "", "", 8, ""))],
        Annotations = [],
        Quarantined = [],
        PhiTags = new Dictionary<string, int>(),
    };
}
