using Microsoft.Data.Sqlite;
using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Testing;

namespace VinCxr.Data.Tests.Stores;

public sealed class FileStoreTests : StoreConformance
{
    private readonly TempDirectory _directory = new();

    private string Root => _directory.File("store");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_one_clear_line()
    {
        string path = _directory.File("absent");
        var error = await Assert.ThrowsAsync<StoreException>(() => StoreFactory.OpenAsync($"file://{path}", create: false, Cancellation));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public async Task A_folder_without_a_store_is_refused_and_left_alone()
    {
        string path = Directory.CreateDirectory(_directory.File("photos")).FullName;
        var error = await Assert.ThrowsAsync<StoreException>(() => StoreFactory.OpenAsync(path, create: false, Cancellation));
        Assert.Contains("holds no store", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(path));
    }

    /// <summary>A server is at work on it while commands open it.</summary>
    [Fact]
    public async Task A_store_is_opened_while_another_writes_to_it()
    {
        const int Openings = 200;
        using var opened = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                for (int i = 0; !opened.IsCancellationRequested; i++)
                {
                    await Store.Blobs.PutAsync(new MemoryStream(BitConverter.GetBytes(i)), null, Cancellation);
                }
            },
            Cancellation);
        for (int i = 0; i < Openings; i++)
        {
            await using var other = await StoreFactory.OpenAsync(Root, create: false, Cancellation);
        }

        await opened.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_newer_schema_is_refused_by_number()
    {
        await Store.DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={Root}/store.db;Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        var error = await Assert.ThrowsAsync<StoreException>(() => OpenAsync());
        Assert.Contains("schema 99", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_file_that_is_none_is_refused()
    {
        string path = Directory.CreateDirectory(_directory.File("other")).FullName;
        await File.WriteAllTextAsync(Path.Combine(path, "store.db"), new string('x', 5000), Cancellation);
        var error = await Assert.ThrowsAsync<StoreException>(() => StoreFactory.OpenAsync(path, create: true, Cancellation));
        Assert.Contains("not a database", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_vanishes_while_open_gives_one_line_everywhere()
    {
        var blob = await Store.Blobs.PutAsync(new MemoryStream([1]), cancellationToken: Cancellation);
        await Store.Documents.PutAsync("c", "id", "1", "*", Cancellation);
        Directory.Delete(Root, recursive: true);

        Func<Task>[] calls =
        [
            () => Store.Blobs.PutAsync(new MemoryStream([2])),
            () => Store.Blobs.FindAsync(blob.Id),
            () => Store.Blobs.OpenReadAsync(blob.Id),
            () => ToListAsync(Store.Blobs.ListAsync()),
            () => Store.Documents.FindAsync("c", "id"),
            () => Store.Documents.PutAsync("c", "id", "2", "*"),
            () => ToListAsync(Store.Documents.ListAsync("c")),
            () => Store.Logs.AppendAsync("log", ["x"]),
            () => ToListAsync(Store.Logs.ReadAsync("log")),
        ];
        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<StoreException>(call);
            Assert.Contains(Root, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }

        Assert.False(Directory.Exists(Root), "a vanished store must not come back empty");
    }

    [Fact]
    public async Task Old_temporary_files_go_when_the_store_is_opened_and_fresh_ones_stay()
    {
        string old = Path.Combine(Root, "tmp", "old"), fresh = Path.Combine(Root, "tmp", "fresh");
        await File.WriteAllTextAsync(old, "half", Cancellation);
        await File.WriteAllTextAsync(fresh, "half", Cancellation);
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));

        await using var reopened = await OpenAsync();
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(fresh));
        Assert.Empty(await ToListAsync(reopened.Blobs.ListAsync(cancellationToken: Cancellation)));
    }

    [Fact]
    public async Task A_truncated_blob_is_healed_by_putting_it_again()
    {
        byte[] content = RandomBytes(10_000, seed: 1);
        var info = await Store.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation);
        await File.WriteAllBytesAsync(PathOf(info.Id), content[..5_000], Cancellation);
        Assert.False(await Store.Blobs.VerifyAsync(info.Id, Cancellation));

        await Store.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation);
        Assert.True(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
    }

    [Fact]
    public async Task Finished_and_failed_puts_leave_no_temporary_file()
    {
        await Store.Blobs.PutAsync(new MemoryStream([1]), new Dictionary<string, string> { ["a"] = "b" }, Cancellation);
        await Store.Blobs.PutAsync(new MemoryStream([1]), cancellationToken: Cancellation);
        await Assert.ThrowsAsync<EndOfStreamException>(() => Store.Blobs.PutAsync(new BreakingStream([1, 2], breakAt: 1), cancellationToken: Cancellation));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root, "tmp")));
    }

    [Fact]
    public async Task Many_handles_may_create_one_store_at_once()
    {
        string path = _directory.File("new");
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => StoreFactory.OpenAsync(path, create: true, Cancellation))));
        await Task.WhenAll(stores.Select(s => s.Logs.AppendAsync("log", ["x"], Cancellation)));
        Assert.Equal(6, (await ToListAsync(stores[0].Logs.ReadAsync("log", 0, Cancellation))).Count);
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    protected override Task<IStore> OpenAsync() => StoreFactory.OpenAsync(Root, create: true, Cancellation);

    protected override async Task CorruptAsync(string blobId)
    {
        byte[] content = await File.ReadAllBytesAsync(PathOf(blobId), Cancellation);
        content[content.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(PathOf(blobId), content, Cancellation);
    }

    private string PathOf(string blobId) => Path.Combine(Root, "blobs", blobId[..2], blobId);
}
