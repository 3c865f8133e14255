using BenchmarkDotNet.Attributes;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.GridFS;
using VinCxr.Data.Stores;
using VinCxr.Data.Stores.Mongo;

namespace VinCxr.Benchmarks.Stores;

/// <summary>
/// One blob through the store and through the bare driver, on the same server: reads into a buffer that is used again, and puts of new content.
/// Both use the same chunk size, so the driver's read is that of the very same documents.
/// </summary>
[MemoryDiagnoser]
#pragma warning disable CA1001 // The runner calls StopAsync, not Dispose.
public class GridFsBenchmarks
#pragma warning restore CA1001
{
    private readonly byte[] _target = new byte[64 << 20];
    private readonly Random _random = new(1);
    private MongoBench? _server;
    private MongoClient? _client;
    private GridFSBucket? _bucket;
    private MongoStore? _store;
    private byte[] _content = [];
    private BlobInfo? _blob;
    private string _database = "";

    [Params(12, 64)]
    public int Megabytes { get; set; }

    [Params(255, 1024, 2048, 4096)]
    public int ChunkKilobytes { get; set; }

    [GlobalSetup]
    public async Task StartAsync()
    {
        _server = MongoBench.Start();
        _database = $"bench_{Guid.NewGuid():N}";
        _client = new MongoClient(_server.Uri);
        _bucket = new GridFSBucket(_client.GetDatabase(_database), new GridFSBucketOptions { ChunkSizeBytes = ChunkKilobytes << 10 });
        var options = new MongoStoreOptions { ChunkBytes = ChunkKilobytes << 10 };
        _store = await MongoStore.OpenAsync($"{_server.Uri}/{_database}", create: true, options, TimeProvider.System, CancellationToken.None);
        _content = new byte[Megabytes << 20];
        _random.NextBytes(_content);
        _blob = await _store.Blobs.PutAsync(new MemoryStream(_content));
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _store!.DisposeAsync();
        await _client!.DropDatabaseAsync(_database);
        _client.Dispose();
        _server!.Dispose();
    }

    [Benchmark(Baseline = true)]
    public Task DriverRead() => _bucket!.DownloadToStreamByNameAsync(_blob!.Id, new MemoryStream(_target));

    [Benchmark]
    public async Task StoreRead()
    {
        await using var stream = await _store!.Blobs.OpenReadAsync(_blob!.Id);
        await stream.ReadExactlyAsync(_target.AsMemory(0, _content.Length));
    }

    /// <summary>Hashed by nobody; deleted again so that the server does not fill.</summary>
    [Benchmark]
    public async Task DriverPut()
    {
        ObjectId id = await _bucket!.UploadFromStreamAsync("put", new MemoryStream(_content));
        await _bucket.DeleteAsync(id);
    }

    [Benchmark]
    public async Task StorePut()
    {
        _random.NextBytes(_content.AsSpan(0, 16));
        var info = await _store!.Blobs.PutAsync(new MemoryStream(_content));
        await _store.Blobs.DeleteAsync(info.Id);
    }
}
