using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.GridFS;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Tests.Stores.Mongo;

/// <summary>The conformance suite on GridFS, and what only this store has.</summary>
public sealed class MongoStoreTests(MongoTarget target) : StoreConformance
{
    private readonly string _name = $"vincxr_{Guid.NewGuid():N}";
    private MongoClient? _client;

    private IMongoDatabase Database => (_client ??= new MongoClient(target.Uri(_name))).GetDatabase(_name);

    private IMongoCollection<BsonDocument> Chunks => Database.GetCollection<BsonDocument>("fs.chunks");

    private IMongoCollection<BsonDocument> Uploads => Database.GetCollection<BsonDocument>("uploads");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Database.Client.DropDatabaseAsync(_name, CancellationToken.None);
        _client!.Dispose();
    }

    [Fact]
    public async Task A_database_without_a_store_is_refused_and_left_alone()
    {
        string other = _name + "_other";
        var error = await Assert.ThrowsAsync<StoreException>(() => StoreFactory.OpenAsync(target.Uri(other), create: false, Cancellation));
        Assert.Contains("holds no store", error.Message, StringComparison.Ordinal);
        Assert.Empty(await (await Sibling(other).ListCollectionNamesAsync(cancellationToken: Cancellation)).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_by_number()
    {
        await Database.GetCollection<BsonDocument>("vincxr").UpdateOneAsync(
            new BsonDocument("_id", "store"), new BsonDocument("$set", new BsonDocument("schema", 99)), cancellationToken: Cancellation);
        var error = await Assert.ThrowsAsync<StoreException>(() => StoreFactory.OpenAsync(target.Uri(_name), create: false, Cancellation));
        Assert.Contains("schema 99", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Some_other_programs_files_are_left_alone()
    {
        string other = _name + "_foreign";
        var bucket = new GridFSBucket(Sibling(other));
        await bucket.UploadFromBytesAsync("theirs", [1, 2, 3], cancellationToken: Cancellation);
        var error = await Assert.ThrowsAsync<StoreException>(() => StoreFactory.OpenAsync(target.Uri(other), create: true, Cancellation));
        Assert.Contains("some other program's", error.Message, StringComparison.Ordinal);
        await Database.Client.DropDatabaseAsync(other, Cancellation);
    }

    [Fact]
    public async Task Another_GridFS_tool_reads_our_blobs()
    {
        byte[] content = RandomBytes(5_000_000, seed: 11);
        var info = await Store.Blobs.PutAsync(new MemoryStream(content), new Dictionary<string, string> { ["kind"] = "dicom" }, Cancellation);
        Assert.Equal(content, await new GridFSBucket(Database).DownloadAsBytesByNameAsync(info.Id, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_blob_that_lacks_a_chunk_is_damaged_and_healed_by_putting_it_again()
    {
        byte[] content = RandomBytes(5_000_000, seed: 12);
        var info = await Store.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation);
        await Chunks.DeleteOneAsync(new BsonDocument("n", 1), Cancellation);

        Assert.False(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
        await using (var stream = await Store.Blobs.OpenReadAsync(info.Id, cancellationToken: Cancellation))
        {
            var error = await Assert.ThrowsAsync<StoreException>(() => stream.CopyToAsync(Stream.Null, Cancellation));
            Assert.Contains(info.Id, error.Message, StringComparison.Ordinal);
        }

        await Store.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation);
        Assert.True(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
        Assert.Equal(3, await Chunks.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_twice_is_stored_as_well()
    {
        byte[] content = RandomBytes(9_000_001, seed: 13);
        var info = await Store.Blobs.PutAsync(new OneWayStream(content), cancellationToken: Cancellation);
        var again = await Store.Blobs.PutAsync(new OneWayStream(content), cancellationToken: Cancellation);
        Assert.Equal((info.Id, info.StoredAt), (again.Id, again.StoredAt));
        Assert.True(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
        Assert.Equal(5, await Chunks.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancellation));
        Assert.Equal(0, await Uploads.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_one_way_source_that_breaks_off_leaves_no_chunk()
    {
        var source = new OneWayStream(RandomBytes(30_000_000, seed: 14), breakAt: 20_000_000);
        await Assert.ThrowsAsync<EndOfStreamException>(() => Store.Blobs.PutAsync(source, cancellationToken: Cancellation));
        Assert.Equal(0, await Chunks.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Content_that_changes_between_the_passes_is_not_stored()
    {
        byte[] content = RandomBytes(5_000_000, seed: 15);
        var source = new BreakingStream(content, breakAt: content.Length, () => content[3_000_000] ^= 1);
        var error = await Assert.ThrowsAsync<StoreException>(() => Store.Blobs.PutAsync(source, cancellationToken: Cancellation));
        Assert.Contains("changed while it was put", error.Message, StringComparison.Ordinal);
        Assert.Empty(await ToListAsync(Store.Blobs.ListAsync(cancellationToken: Cancellation)));
    }

    [Fact]
    public async Task Half_an_upload_is_removed_once_it_is_old_and_not_before()
    {
        using var cancel = new CancellationTokenSource();
        byte[] content = RandomBytes(30_000_000, seed: 16);
        var source = new SecondPassStream(content, 20_000_000, cancel.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Blobs.PutAsync(source, cancellationToken: cancel.Token));
        long chunks = await Chunks.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancellation);
        Assert.InRange(chunks, 1, 10);

        Assert.Equal(0, await Store.Blobs.RemoveAbandonedAsync(TimeProvider.System.GetUtcNow().AddHours(-1), Cancellation));
        Assert.Equal(chunks * (2 << 20), await Store.Blobs.RemoveAbandonedAsync(TimeProvider.System.GetUtcNow().AddHours(1), Cancellation));
        Assert.Equal(0, await Chunks.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancellation));
        Assert.Equal(0, await Uploads.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task An_upload_whose_chunks_are_removed_under_it_begins_again()
    {
        byte[] content = RandomBytes(40_000_000, seed: 17);
        var source = new SecondPassStream(content, 20_000_000, () => Store.Blobs.RemoveAbandonedAsync(
            TimeProvider.System.GetUtcNow().AddDays(1), Cancellation).GetAwaiter().GetResult());
        var info = await Store.Blobs.PutAsync(source, cancellationToken: Cancellation);
        Assert.True(await Store.Blobs.VerifyAsync(info.Id, Cancellation));

        // Chunks that were on their way when the others were removed belong to nothing now.
        await Store.Blobs.RemoveAbandonedAsync(TimeProvider.System.GetUtcNow().AddDays(1), Cancellation);
        Assert.True(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
        Assert.Equal(20, await Chunks.CountDocumentsAsync(FilterDefinition<BsonDocument>.Empty, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Chunks_that_belong_to_nothing_are_removed_and_blobs_are_not()
    {
        var info = await Store.Blobs.PutAsync(new MemoryStream(RandomBytes(3_000_000, seed: 18)), cancellationToken: Cancellation);
        var orphan = ObjectId.GenerateNewId();
        await Chunks.InsertManyAsync(
            Enumerable.Range(0, 3).Select(n => new BsonDocument { { "files_id", orphan }, { "n", n }, { "data", new byte[n < 2 ? 100 : 7] } }),
            cancellationToken: Cancellation);

        Assert.Equal(0, await Store.Blobs.RemoveAbandonedAsync(TimeProvider.System.GetUtcNow().AddHours(-1), Cancellation));
        Assert.Equal(207, await Store.Blobs.RemoveAbandonedAsync(TimeProvider.System.GetUtcNow().AddHours(1), Cancellation));
        Assert.True(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
    }

    [Fact]
    public async Task Indexes_serve_every_question()
    {
        async Task<string[]> KeysAsync(string collection) => [.. (await (await Database.GetCollection<BsonDocument>(collection).Indexes
            .ListAsync(Cancellation)).ToListAsync(Cancellation)).Select(i => string.Join(',', i["key"].AsBsonDocument.Names))];
        Assert.Equal(["_id", "files_id,n"], await KeysAsync("fs.chunks"));
        Assert.Equal(["_id", "filename", "metadata.pairs"], await KeysAsync("fs.files"));
        Assert.Equal(["_id", "sha256", "written"], await KeysAsync("uploads"));
        Assert.Equal(["_id", "collection,id"], await KeysAsync("documents"));
        Assert.Equal(["_id", "log,first", "log,last"], await KeysAsync("logs"));
    }

    protected override Task<IStore> OpenAsync() => StoreFactory.OpenAsync(target.Uri(_name), create: true, Cancellation);

    protected override async Task CorruptAsync(string blobId)
    {
        var chunk = await Chunks.Find(new BsonDocument("n", 0)).SingleAsync(Cancellation);
        byte[] data = chunk["data"].AsByteArray;
        data[data.Length / 2] ^= 0x10;
        await Chunks.UpdateOneAsync(
            new BsonDocument("_id", chunk["_id"]), new BsonDocument("$set", new BsonDocument("data", data)), cancellationToken: Cancellation);
    }

    private IMongoDatabase Sibling(string name) => Database.Client.GetDatabase(name);
}
