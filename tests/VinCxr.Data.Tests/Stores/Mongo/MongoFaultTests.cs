using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Data.Stores.Mongo;
using VinCxr.MongoServer;
using VinCxr.MongoServer.Faults;

namespace VinCxr.Data.Tests.Stores.Mongo;

/// <summary>What the store does when its server misbehaves. Always against our own test server, which misbehaves on demand.</summary>
public sealed class MongoFaultTests : IAsyncLifetime
{
    private const int ChunkBytes = 64 << 10;
    private static readonly MongoStoreOptions Small = new() { ChunkBytes = ChunkBytes, BatchBytes = ChunkBytes, WindowBytes = 2 * ChunkBytes };
    private readonly MongoTestServer _server = MongoTestServer.Start();
    private IStore? _store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine("MongoDB: our own test server, which injects the faults");
        _store = await OpenAsync(Small);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_put_killed_at_every_chunk_boundary_goes_on_where_it_was_and_sends_no_byte_twice()
    {
        const int Chunks = 6;
        for (int killedAfter = 0; killedAfter <= Chunks; killedAfter++)
        {
            byte[] content = new byte[(Chunks * ChunkBytes) - 123];
            new Random(killedAfter).NextBytes(content);
            long before = _server.Counters.ChunkBytes;
            using (var kill = new CancellationTokenSource())
            {
                KillAfter(killedAfter, kill);
                var dying = await OpenAsync(Small);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dying.Blobs.PutAsync(new MemoryStream(content), cancellationToken: kill.Token));
                await dying.DisposeAsync();
            }

            _server.Faults = FaultPolicy.None;
            Assert.Equal(Math.Min((long)killedAfter * ChunkBytes, content.Length), _server.Counters.ChunkBytes - before);
            var info = await Store.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation);
            Assert.Equal(content.Length, _server.Counters.ChunkBytes - before);
            Assert.True(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
        }

        Assert.Equal(0, await Store.Blobs.RemoveAbandonedAsync(TimeProvider.System.GetUtcNow().AddDays(1), Cancellation));
    }

    [Fact]
    public async Task A_batch_whose_reply_is_lost_is_not_sent_again_by_the_store()
    {
        byte[] content = new byte[10 * ChunkBytes];
        new Random(1).NextBytes(content);
        await using var store = await OpenAsync(Small, "&retryWrites=false");
        _server.Faults = Once("insert", "fs.chunks", FaultKind.ApplyThenDrop, times: 4);
        var info = await store.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation);
        Assert.Equal(content.Length, _server.Counters.ChunkBytes);
        Assert.True(await store.Blobs.VerifyAsync(info.Id, Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_append_whose_reply_is_lost_is_there_once(bool retryWrites)
    {
        await using var store = await OpenAsync(Small, $"&retryWrites={(retryWrites ? "true" : "false")}");
        for (int i = 0; i < 5; i++)
        {
            _server.Faults = Once("insert", "logs", FaultKind.ApplyThenDrop, times: 1 + (i % 3));
            string[] entries = [$"{i}a", $"{i}b"];
            Assert.Equal(
                2 * (i + 1),
                i % 2 == 0 ? await store.Logs.AppendAsync("log", entries, Cancellation) : await store.Logs.AppendAfterAsync("log", 2 * i, entries, Cancellation));
        }

        var texts = new List<string>();
        await foreach (var entry in store.Logs.ReadAsync("log", 0, Cancellation))
        {
            texts.Add(entry.Text);
        }

        Assert.Equal(Enumerable.Range(0, 5).SelectMany(i => new[] { $"{i}a", $"{i}b" }), texts);
    }

    [Theory]
    [InlineData("insert", null)]
    [InlineData("update", "*")]
    [InlineData("update", "etag")]
    public async Task A_put_whose_reply_is_lost_knows_its_own_write(string command, string? expected)
    {
        await using var store = await OpenAsync(Small, "&retryWrites=false");
        if (expected == "etag")
        {
            expected = await store.Documents.PutAsync("c", "id", "1", expectedEtag: null, Cancellation);
        }

        _server.Faults = Once(command, "documents", FaultKind.ApplyThenDrop, times: 2);
        string etag = await store.Documents.PutAsync("c", "id", "2", expected, Cancellation);
        Assert.Equal(new StoredDocument("id", "2", etag), await store.Documents.FindAsync("c", "id", Cancellation));
    }

    [Fact]
    public async Task A_put_whose_reply_is_lost_knows_its_own_write_even_after_others()
    {
        await using var store = await OpenAsync(Small, "&retryWrites=false");
        string first = await store.Documents.PutAsync("c", "id", "1", expectedEtag: null, Cancellation);
        int updates = 0;
        _server.Faults = FaultPolicy.Of(command =>
        {
            if (command is not { Name: "update", Collection: "documents" })
            {
                return Fault.None;
            }

            switch (Interlocked.Increment(ref updates))
            {
                case 1:
                    return new Fault(FaultKind.ApplyThenDrop);
                case 2:
                    // Before the second try arrives, someone else has written.
                    Store.Documents.PutAsync("c", "id", "3", "*", Cancellation).GetAwaiter().GetResult();
                    return Fault.None;
                default:
                    return Fault.None;
            }
        });
        await store.Documents.PutAsync("c", "id", "2", first, Cancellation);
        Assert.Equal(3, updates);
        Assert.Equal("3", (await store.Documents.FindAsync("c", "id", Cancellation))!.Json);
    }

    [Fact]
    public async Task An_election_is_waited_for()
    {
        _server.Faults = Once("insert", "documents", FaultKind.NotPrimary, times: 3);
        await Store.Documents.PutAsync("c", "id", "1", expectedEtag: null, Cancellation);
        Assert.Equal("1", (await Store.Documents.FindAsync("c", "id", Cancellation))!.Json);
    }

    [Fact]
    public async Task A_server_that_hangs_is_given_up_with_one_line()
    {
        await using var store = await OpenAsync(Small with { MaxAttempts = 2 }, "&socketTimeoutMS=200");
        _server.Faults = FaultPolicy.Of(command => command.IsHousekeeping ? Fault.None : new Fault(FaultKind.Hang));
        var error = await Assert.ThrowsAsync<StoreException>(() => store.Documents.FindAsync("c", "id", Cancellation));
        Assert.StartsWith($"store '{store.Uri}': the connection breaks again and again", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_read_goes_on_after_the_connection_broke_in_the_middle()
    {
        byte[] content = new byte[20 * ChunkBytes];
        new Random(2).NextBytes(content);
        var info = await Store.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation);
        int finds = 0;
        _server.Faults = FaultPolicy.Of(command => command is { Name: "find", Collection: "fs.chunks" } && Interlocked.Increment(ref finds) % 3 == 0
            ? new Fault(FaultKind.DropMidReply)
            : Fault.None);
        Assert.True(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
        Assert.True(_server.Counters.Dropped >= 3);
    }

    private static FaultPolicy Once(string command, string collection, FaultKind kind, int times) => FaultPolicy.Of(
        found => found.Name == command && found.Collection == collection && Interlocked.Decrement(ref times) >= 0 ? new Fault(kind) : Fault.None);

    /// <summary>The process "dies" once so many chunks are stored: nothing it asks for is answered any more.</summary>
    private void KillAfter(int chunks, CancellationTokenSource kill)
    {
        int stored = 0;
        _server.Faults = FaultPolicy.Of(command =>
        {
            bool isDead = command is { Name: "insert", Collection: "fs.chunks" or "fs.files" } && stored++ >= chunks;
            if (isDead)
            {
                kill.Cancel();
            }

            return isDead || kill.IsCancellationRequested && !command.IsHousekeeping ? new Fault(FaultKind.DropBefore) : Fault.None;
        });
    }

    private async Task<IStore> OpenAsync(MongoStoreOptions options, string parameters = "") =>
        await MongoStore.OpenAsync($"{_server.Uri}/test?appName=faults{parameters}", create: true, options, TimeProvider.System, Cancellation);
}
