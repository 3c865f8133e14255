using VinCxr.Core;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Sharding;

public sealed class NodeCacheTests : IAsyncLifetime
{
    private const int BlobBytes = 1000;
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private IStore? _store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string CachePath => _directory.File("cache");

    public async ValueTask InitializeAsync() => _store = await StoreFactory.OpenAsync(_directory.File("store"), create: true, Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _store!.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_copy_is_fetched_once_and_then_served_without_the_store()
    {
        string id = await PutAsync(1);
        var cache = Cache(limit: 10 * BlobBytes);
        string path = await cache.GetAsync(_store!, id, Cancellation);
        Assert.Equal(ContentOf(1), await File.ReadAllBytesAsync(path, Cancellation));

        await _store!.Blobs.DeleteAsync(id, Cancellation);
        Assert.Equal(path, await cache.GetAsync(_store, id, Cancellation));
        Assert.Equal(path, await Cache(limit: 10 * BlobBytes).GetAsync(_store, id, Cancellation));
    }

    [Fact]
    public async Task The_least_recently_used_copy_goes_first()
    {
        string[] ids = [await PutAsync(0), await PutAsync(1), await PutAsync(2), await PutAsync(3)];
        var cache = Cache(limit: 3 * BlobBytes);
        foreach (string id in ids[..3])
        {
            await cache.GetAsync(_store!, id, Cancellation);
            _time.Advance(NodeCache.Grace);
        }

        // 0 was fetched first but is used again, so 1 is the oldest.
        await cache.GetAsync(_store!, ids[0], Cancellation);
        _time.Advance(NodeCache.Grace);
        await cache.GetAsync(_store!, ids[3], Cancellation);

        Assert.Equal(new[] { ids[0], ids[2], ids[3] }.Order(StringComparer.Ordinal), Copies());
    }

    [Fact]
    public async Task What_was_just_handed_out_is_kept_even_above_the_limit()
    {
        string[] ids = [await PutAsync(0), await PutAsync(1), await PutAsync(2)];
        var cache = Cache(limit: BlobBytes);
        foreach (string id in ids)
        {
            await cache.GetAsync(_store!, id, Cancellation);
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), Copies());
        _time.Advance(NodeCache.Grace + TimeSpan.FromSeconds(1));
        string last = await PutAsync(3);
        await cache.GetAsync(_store!, last, Cancellation);
        Assert.Equal([last], Copies());
    }

    [Fact]
    public async Task Many_who_want_one_blob_get_one_whole_file()
    {
        byte[] content = new byte[3_000_000];
        new Random(5).NextBytes(content);
        string id = (await _store!.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation)).Id;

        // One cache object each, as the processes of a node have.
        string[] paths = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Cache(limit: 1 << 30).GetAsync(_store, id, Cancellation))));

        Assert.Single(paths.Distinct());
        Assert.Equal([id], Copies());
        Assert.Equal(content, await File.ReadAllBytesAsync(paths[0], Cancellation));
        Assert.DoesNotContain(Directory.EnumerateFiles(CachePath), f => Path.GetFileName(f).StartsWith("tmp-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_path_handed_out_under_pressure_is_whole()
    {
        string[] ids = await Task.WhenAll(Enumerable.Range(0, 12).Select(PutAsync));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            var cache = Cache(limit: 3 * BlobBytes);
            for (int i = 0; i < 12; i++)
            {
                int wanted = ((i * 5) + worker) % 12;
                string path = await cache.GetAsync(_store!, ids[wanted], Cancellation);
                Assert.Equal(ContentOf(wanted), await File.ReadAllBytesAsync(path, Cancellation));
            }
        })));
    }

    [Fact]
    public async Task A_damaged_blob_is_refused_and_removed_so_that_it_can_be_made_again()
    {
        string id = await PutAsync(1);
        string path = Path.Combine(_directory.File("store"), "blobs", id[..2], id);
        byte[] changed = ContentOf(1);
        changed[500] ^= 4;
        await File.WriteAllBytesAsync(path, changed, Cancellation);

        var error = await Assert.ThrowsAsync<StoreException>(() => Cache(limit: 1 << 20).GetAsync(_store!, id, Cancellation));
        Assert.Contains($"blob {id} is damaged", error.Message, StringComparison.Ordinal);
        Assert.Null(await _store!.Blobs.FindAsync(id, Cancellation));
        Assert.Equal(["lock"], Directory.EnumerateFiles(CachePath).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_unknown_blob_is_not_found()
    {
        await Assert.ThrowsAsync<NotFoundException>(() => Cache(limit: 1).GetAsync(_store!, new string('0', 64), Cancellation));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_one_line()
    {
        await File.WriteAllTextAsync(CachePath, "a file where the folder should be", Cancellation);
        string id = await PutAsync(1);
        var error = await Assert.ThrowsAsync<StoreException>(() => Cache(limit: 1 << 20).GetAsync(_store!, id, Cancellation));
        Assert.Contains(CachePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copies_broken_off_long_ago_are_removed()
    {
        string first = await PutAsync(1), second = await PutAsync(2);
        var cache = Cache(limit: 1 << 20);
        await cache.GetAsync(_store!, first, Cancellation);
        string old = Path.Combine(CachePath, "tmp-old");
        await File.WriteAllTextAsync(old, "half", Cancellation);
        File.SetLastWriteTimeUtc(old, _time.GetUtcNow().UtcDateTime);
        _time.Advance(TimeSpan.FromHours(25));
        await cache.GetAsync(_store!, second, Cancellation);
        Assert.False(File.Exists(old));
    }

    [Fact]
    public async Task Hits_misses_and_bytes_read_again_are_counted()
    {
        string[] ids = [await PutAsync(0), await PutAsync(1)];
        var cache = Cache(limit: BlobBytes);
        Assert.Equal(BlobBytes, (await cache.TakeAsync(_store!, ids[0], Cancellation)).BytesFetched);
        Assert.Equal(0, (await cache.TakeAsync(_store!, ids[0], Cancellation)).BytesFetched);
        _time.Advance(NodeCache.Grace + TimeSpan.FromSeconds(1));
        await cache.TakeAsync(_store!, ids[1], Cancellation);
        _time.Advance(NodeCache.Grace + TimeSpan.FromSeconds(1));
        Assert.Equal(BlobBytes, (await cache.TakeAsync(_store!, ids[0], Cancellation)).BytesReread);

        Assert.Equal(new CacheStatistics(Hits: 1, Misses: 3, BytesFetched: 3 * BlobBytes, BytesReread: BlobBytes, Prefetched: 0, Evictions: 2), cache.Statistics);
    }

    [Fact]
    public async Task Fetching_ahead_takes_at_most_half_the_limit_and_evicts_nothing()
    {
        string[] ids = [await PutAsync(0), await PutAsync(1), await PutAsync(2), await PutAsync(3)];
        var cache = Cache(limit: 4 * BlobBytes);
        await cache.TakeAsync(_store!, ids[0], Cancellation);
        Assert.True(await cache.PrefetchAsync(_store!, ids[1], Cancellation));
        Assert.True(await cache.PrefetchAsync(_store!, ids[1], Cancellation));
        Assert.True(await cache.PrefetchAsync(_store!, ids[2], Cancellation));
        Assert.False(await cache.PrefetchAsync(_store!, ids[3], Cancellation));

        // Once used, a copy is no longer ahead of anything.
        Assert.Equal(0, (await cache.TakeAsync(_store!, ids[1], Cancellation)).BytesFetched);
        Assert.True(await cache.PrefetchAsync(_store!, ids[3], Cancellation));
        _time.Advance(NodeCache.Grace + TimeSpan.FromSeconds(1));
        Assert.False(await cache.PrefetchAsync(_store!, await PutAsync(4), Cancellation));
        Assert.Equal(new CacheStatistics(Hits: 1, Misses: 1, BytesFetched: 4 * BlobBytes, BytesReread: 0, Prefetched: 3, Evictions: 0), cache.Statistics);
    }

    [Fact]
    public async Task A_copy_damaged_on_this_disk_is_dropped_and_fetched_again()
    {
        string id = await PutAsync(1);
        var cache = Cache(limit: 1 << 20);
        string path = await cache.GetAsync(_store!, id, Cancellation);
        Assert.False(await cache.DropIfDamagedAsync(id, Cancellation));
        await File.WriteAllBytesAsync(path, ContentOf(2), Cancellation);

        Assert.True(await cache.DropIfDamagedAsync(id, Cancellation));
        Assert.False(cache.Contains(id));
        Assert.Equal(BlobBytes, (await cache.TakeAsync(_store!, id, Cancellation)).BytesReread);
        Assert.Equal(ContentOf(1), await File.ReadAllBytesAsync(path, Cancellation));
    }

    private NodeCache Cache(long limit) => new(CachePath, limit, _time);

    private IEnumerable<string?> Copies() =>
        Directory.EnumerateFiles(CachePath).Select(Path.GetFileName).Where(f => f != "lock").Order(StringComparer.Ordinal);

    private async Task<string> PutAsync(int seed) =>
        (await _store!.Blobs.PutAsync(new MemoryStream(ContentOf(seed)), cancellationToken: Cancellation)).Id;

    private static byte[] ContentOf(int seed)
    {
        byte[] content = new byte[BlobBytes];
        new Random(seed).NextBytes(content);
        return content;
    }

    private sealed class ManualTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
