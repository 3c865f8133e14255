using System.Text;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Datasets.Garbage;
using VinCxr.Data.Imaging;
using VinCxr.Data.Sharding;

namespace VinCxr.Data.Tests.Datasets.Garbage;

public sealed class GarbageCollectorTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_nothing_refers_to_goes()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(3);
        var old = (await set.IngestAsync()).Manifest;
        set.Add("img001.dicom", FakeDicom.Write(20, 30, seed: 77));
        var manifest = (await set.IngestAsync()).Manifest;
        var shard = await PrepareAsync(set, manifest);
        string checkpoint = await PutAsync(set, "checkpoint"), logged = await PutAsync(set, "logged"), loose = await PutAsync(set, "loose");
        await set.Store.Documents.PutAsync("grain-trial", "t0", $"[{{\"blob\":\"{checkpoint}\"}}]", null, Cancellation);
        await set.Store.Logs.AppendAsync("decisions/s", [$"kept weights {logged}"], Cancellation);
        int all = await set.CountBlobsAsync();

        var dry = await CollectAsync(set, dryRun: true);
        Assert.Equal((1, 5L, all), (dry.Blobs, dry.Bytes, await set.CountBlobsAsync()));
        var report = await CollectAsync(set);

        Assert.Equal(new GarbageKind("test", 1, 5), Assert.Single(report.Removed));
        Assert.Equal((1, all - 1, 0, 0), (report.Blobs, report.Kept, report.TooYoung, report.PreparedRecords));
        Assert.Null(await set.Store.Blobs.FindAsync(loose, Cancellation));
        var verifier = new DatasetVerifier(set.Store);
        Assert.Empty((await verifier.RunAsync(old, cancellationToken: Cancellation)).Bad);
        var whole = await verifier.RunAsync(manifest, cancellationToken: Cancellation);
        Assert.Equal((3, 1, 0), (whole.Intact, whole.Shards, whole.Bad.Count));
        Assert.NotNull(await set.Store.Blobs.FindAsync(shard.BlobId, Cancellation));
        Assert.Equal(0, (await CollectAsync(set)).Blobs);
    }

    [Fact]
    public async Task A_removed_data_set_is_freed_with_its_shards_and_ingested_again_from_nothing()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(3);
        await PrepareAsync(set, (await set.IngestAsync()).Manifest);

        Assert.Equal("set", Assert.Single(await new DatasetCatalog(set.Store).RemoveAsync("set", Cancellation)).Name);
        var report = await CollectAsync(set);

        Assert.Equal(["dataset-manifest", "dicom", "prepared-shard"], report.Removed.Select(k => k.Kind));
        Assert.Equal((5, 1), (report.Blobs, report.PreparedRecords));
        Assert.Equal(0, await set.CountBlobsAsync());
        Assert.Equal(3, (await set.IngestAsync()).Uploaded);
    }

    [Fact]
    public async Task The_version_a_name_points_at_is_removed_only_with_the_name()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(2);
        var old = (await set.IngestAsync()).Manifest;
        set.AddImages(3);
        var manifest = (await set.IngestAsync()).Manifest;
        var catalog = new DatasetCatalog(set.Store);

        await Assert.ThrowsAsync<InvalidInputException>(() => catalog.RemoveAsync($"set@sha256:{manifest.Version}", Cancellation));
        await catalog.RemoveAsync($"set@sha256:{old.Version}", Cancellation);

        await Assert.ThrowsAsync<NotFoundException>(() => catalog.GetAsync($"set@sha256:{old.Version}", Cancellation));
        Assert.Equal(manifest.Version, (await catalog.GetAsync("set", Cancellation)).Version);
        // Its manifest goes; its images are in the newer version too.
        Assert.Equal("dataset-manifest", Assert.Single((await CollectAsync(set)).Removed).Kind);
        Assert.Empty((await new DatasetVerifier(set.Store).RunAsync(manifest, cancellationToken: Cancellation)).Bad);
    }

    [Fact]
    public async Task Young_blobs_stay()
    {
        await using var set = await DatasetFixture.CreateAsync();
        await PutAsync(set, "loose");

        var report = await new GarbageCollector(set.Store).RunAsync(TimeSpan.FromDays(1), dryRun: false, Cancellation);

        Assert.Equal((0, 1, 1), (report.Blobs, report.Kept, report.TooYoung));
        Assert.Equal(1, await set.CountBlobsAsync());
    }

    [Fact]
    public async Task While_an_ingest_runs_nothing_is_removed()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(2);
        ConflictException? refusal = null;
        var reader = new FakeDicom
        {
            BeforeDecode = count =>
            {
                if (count == 2)
                {
                    refusal = Assert.Throws<ConflictException>(() =>
                    {
                        new GarbageCollector(set.Store).RunAsync(TimeSpan.Zero, dryRun: false, Cancellation).GetAwaiter().GetResult();
                    });
                }
            },
        };

        await set.IngestAsync(options: new IngestOptions(Parallelism: 1), reader: reader);

        Assert.Contains("set (", refusal!.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await CollectAsync(set)).Blobs);
    }

    [Fact]
    public async Task An_ingest_that_was_killed_holds_nothing_up_for_long()
    {
        await using var set = await DatasetFixture.CreateAsync();
        string now = TimeProvider.System.GetUtcNow().ToString("O");
        await set.Store.Documents.PutAsync("ingests", "here", Sign(Environment.MachineName), null, Cancellation);
        await new GarbageCollector(set.Store).RunAsync(TimeSpan.Zero, dryRun: false, Cancellation);
        Assert.Null(await set.Store.Documents.FindAsync("ingests", "here", Cancellation));

        await set.Store.Documents.PutAsync("ingests", "there", Sign("elsewhere"), null, Cancellation);
        await Assert.ThrowsAsync<ConflictException>(() => new GarbageCollector(set.Store).RunAsync(TimeSpan.Zero, dryRun: false, Cancellation));
        Assert.Equal(0, (await CollectAsync(set)).Blobs);

        string Sign(string host) => $"{{\"seenAt\":\"{now}\",\"host\":\"{host}\",\"process\":{int.MaxValue}}}";
    }

    [Fact]
    public async Task A_store_whose_manifest_is_lost_is_left_alone()
    {
        await using var set = await DatasetFixture.CreateAsync();
        set.AddImages(2);
        await set.IngestAsync();
        await foreach (var blob in set.Store.Blobs.ListAsync(new Dictionary<string, string> { ["kind"] = "dataset-manifest" }, Cancellation))
        {
            await set.Store.Blobs.DeleteAsync(blob.Id, Cancellation);
        }

        await Assert.ThrowsAsync<StoreException>(() => CollectAsync(set));
        Assert.Equal(2, await set.CountBlobsAsync());
    }

    private static Task<GarbageReport> CollectAsync(DatasetFixture set, bool dryRun = false) =>
        new GarbageCollector(set.Store, new Later()).RunAsync(TimeSpan.FromDays(1), dryRun, Cancellation);

    private static Task<PreparedShard> PrepareAsync(DatasetFixture set, DatasetManifest manifest)
    {
        var key = new PreparedKey(manifest.Version, new PreprocessSpec(16, "voi", "none", 8), ImagePreparation.Version);
        return new ShardBuilder(set.Store, new FakeDicom()).BuildAsync(manifest, key, ShardBuilder.Plan(manifest)[0], cancellationToken: Cancellation);
    }

    private static async Task<string> PutAsync(DatasetFixture set, string content)
    {
        var metadata = new Dictionary<string, string> { ["kind"] = "test" };
        return (await set.Store.Blobs.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)), metadata, Cancellation)).Id;
    }

    /// <summary>Two days ahead.</summary>
    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromDays(2);
    }
}
