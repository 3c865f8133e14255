using MongoDB.Bson;
using MongoDB.Driver;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;
using VinCxr.Data.Synthesis.Dicom;
using VinCxr.MongoServer;
using VinCxr.MongoServer.Faults;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Stores.Mongo;

/// <summary>A whole ingest over connections that break again and again. Always against our own test server, which breaks them.</summary>
public sealed class MongoIngestFaultTests
{
    private const int Images = 2000;
    private const int Drops = 200;
    private const int Side = 24;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_ingest_of_2000_images_survives_200_random_drops_with_every_image_once()
    {
        int seed = TimeProvider.System.GetUtcNow().Second;
        using var directory = new TempDirectory();
        await WriteImagesAsync(directory.Path);
        await using var server = MongoTestServer.Start();
        await using var store = await StoreFactory.OpenAsync($"{server.Uri}/drops", create: true, Cancellation);

        // The driver asks a server that it lost at most twice a second whether it is back, so 200 separate disturbances would take two minutes.
        var drops = new RandomDrops(seed, Drops, chance: 0.01, burst: 24);
        server.Faults = drops;

        var report = await new DatasetIngest(store).RunAsync(
            "set", directory.Path, annotationsCsv: null, new IngestOptions(Parallelism: 16), cancellationToken: Cancellation);

        TestContext.Current.TestOutputHelper?.WriteLine($"our own test server, seed {seed}: {server.Counters.Dropped} connections dropped, {drops.Left} left");
        Assert.Equal(Drops, server.Counters.Dropped);
        Assert.Equal((Images, 0, 0), (report.Uploaded, report.AlreadyStored, report.Manifest.Quarantined.Count));
        Assert.Equal(Images, report.Manifest.Images.Select(i => i.ImageId).Distinct().Count());
        Assert.Empty((await new DatasetVerifier(store).RunAsync(report.Manifest, cancellationToken: Cancellation)).Bad);

        // The ledger has every image once, too, and the images and the manifest are all there is.
        var lines = new List<LogEntry>();
        await foreach (var entry in store.Logs.ReadAsync("ingest/set", 0, Cancellation))
        {
            lines.Add(entry);
        }

        Assert.Equal(Enumerable.Range(1, Images).Select(i => (long)i), lines.Select(l => l.Sequence));
        Assert.Equal(Images, lines.Select(l => l.Text).Distinct().Count());
        Assert.Equal(Images + 1, await CountAsync(server, "fs.files"));

        await store.Blobs.RemoveAbandonedAsync(TimeProvider.System.GetUtcNow().AddDays(1), Cancellation);
        Assert.Equal(0, await CountAsync(server, "uploads"));
        Assert.Equal(Images + 1, await CountAsync(server, "fs.files"));
        Assert.Equal(Images + 1, await CountAsync(server, "fs.chunks"));
        Assert.Empty((await new DatasetVerifier(store).RunAsync(report.Manifest, cancellationToken: Cancellation)).Bad);
    }

    private static async Task<long> CountAsync(MongoTestServer server, string collection)
    {
        using var client = new MongoClient(server.Uri);
        return await client.GetDatabase("drops").GetCollection<BsonDocument>(collection)
            .CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancellation);
    }

    private static async Task WriteImagesAsync(string directory)
    {
        for (int i = 0; i < Images; i++)
        {
            var random = new Random(i);
            ushort[] pixels = [.. Enumerable.Range(0, Side * Side).Select(_ => (ushort)random.Next(1 << 16))];
            byte[] file = DicomWriter.Write(new DicomContent { Identity = (UInt128)i, Rows = Side, Columns = Side, Pixels = pixels });
            await File.WriteAllBytesAsync(Path.Combine(directory, $"{i:D4}.dicom"), file, Cancellation);
        }
    }
}
