using System.Security.Cryptography;
using VinCxr.Core;

namespace VinCxr.Data.Tests.Stores;

public abstract partial class StoreConformance
{
    private const string UnknownId = "0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255 * 1024)]
    [InlineData((1 << 20) + 1)]
    [InlineData(3_000_000)]
    public async Task A_blob_comes_back_as_put_under_its_sha256(int length)
    {
        byte[] content = RandomBytes(length, seed: length);
        var info = await Store.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), info.Id);
        Assert.Equal(length, info.Length);
        Assert.Equal(content, await ReadAsync(info.Id));
        Assert.True(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
    }

    [Fact]
    public async Task A_blob_may_be_closed_twice_as_readers_on_top_of_it_do()
    {
        var info = await Store.Blobs.PutAsync(new MemoryStream("text"u8.ToArray()), cancellationToken: Cancellation);
        var stream = await Store.Blobs.OpenReadAsync(info.Id, cancellationToken: Cancellation);
        using (var reader = new StreamReader(stream))
        {
            Assert.Equal("text", await reader.ReadToEndAsync(Cancellation));
        }

        await stream.DisposeAsync();
    }

    [Fact]
    public async Task Any_range_of_a_blob_reads_as_the_same_slice()
    {
        byte[] content = RandomBytes(600_000, seed: 2);
        var info = await Store.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation);
        var random = new Random(3);
        for (int round = 0; round < 50; round++)
        {
            int offset = random.Next(content.Length + 1);
            int length = random.Next(content.Length - offset + 1);
            Assert.Equal(content[offset..(offset + length)], await ReadAsync(info.Id, offset, length));
        }

        Assert.Equal(content[599_000..], await ReadAsync(info.Id, 599_000, null));
        Assert.Equal(content[599_000..], await ReadAsync(info.Id, 599_000, 5_000));
        Assert.Empty(await ReadAsync(info.Id, 700_000, 10));
    }

    [Fact]
    public async Task Metadata_stays_with_the_first_put()
    {
        var metadata = new Dictionary<string, string> { ["kind"] = "weights", ["note"] = "ünïcode \"quoted\"" };
        var first = await Store.Blobs.PutAsync(new MemoryStream([1, 2, 3]), metadata, Cancellation);
        var again = await Store.Blobs.PutAsync(new MemoryStream([1, 2, 3]), new Dictionary<string, string> { ["kind"] = "other" }, Cancellation);

        Assert.Equal(first.Id, again.Id);
        Assert.Equal(metadata, (await Store.Blobs.FindAsync(first.Id, Cancellation))!.Metadata);
    }

    [Fact]
    public async Task List_shows_every_blob_once_and_delete_takes_one_away()
    {
        var ids = new List<string>();
        for (int i = 0; i < 20; i++)
        {
            ids.Add((await Store.Blobs.PutAsync(new MemoryStream(RandomBytes(100 + i, i)), cancellationToken: Cancellation)).Id);
        }

        await Store.Blobs.DeleteAsync(ids[7], Cancellation);
        await Store.Blobs.DeleteAsync(ids[7], Cancellation);

        var listed = (await ToListAsync(Store.Blobs.ListAsync(cancellationToken: Cancellation))).Select(b => b.Id).Order(StringComparer.Ordinal);
        Assert.Equal(ids.Where((_, i) => i != 7).Order(StringComparer.Ordinal), listed);
        Assert.Null(await Store.Blobs.FindAsync(ids[7], Cancellation));
    }

    [Fact]
    public async Task List_asks_for_metadata()
    {
        async Task<string> PutAsync(byte content, params (string Key, string Value)[] pairs) =>
            (await Store.Blobs.PutAsync(new MemoryStream([content]), pairs.ToDictionary(p => p.Key, p => p.Value), Cancellation)).Id;
        string first = await PutAsync(1, ("kind", "dicom"), ("data.set", "a$"));
        string second = await PutAsync(2, ("kind", "dicom"));
        await PutAsync(3, ("kind", "weights"), ("data.set", "a$"));
        await PutAsync(4);

        async Task<IEnumerable<string>> AskAsync(params (string Key, string Value)[] pairs) =>
            (await ToListAsync(Store.Blobs.ListAsync(pairs.ToDictionary(p => p.Key, p => p.Value), Cancellation))).Select(b => b.Id);
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), await AskAsync(("kind", "dicom")));
        Assert.Equal([first], await AskAsync(("kind", "dicom"), ("data.set", "a$")));
        Assert.Empty(await AskAsync(("kind", "dicom"), ("other", "a$")));
        Assert.Equal(4, (await AskAsync()).Count());
    }

    [Fact]
    public async Task A_blob_says_when_it_was_stored_and_only_old_remains_are_removed()
    {
        var info = await Store.Blobs.PutAsync(new MemoryStream([1, 2, 3]), cancellationToken: Cancellation);
        Assert.Equal(TimeProvider.System.GetUtcNow(), info.StoredAt, TimeSpan.FromMinutes(5));
        Assert.Equal(info.StoredAt, (await Store.Blobs.FindAsync(info.Id, Cancellation))!.StoredAt);

        Assert.Equal(0, await Store.Blobs.RemoveAbandonedAsync(TimeProvider.System.GetUtcNow().AddDays(1), Cancellation));
        Assert.True(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
    }

    [Theory]
    [InlineData(UnknownId)]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    public async Task An_unknown_blob_is_absent(string id)
    {
        Assert.Null(await Store.Blobs.FindAsync(id, Cancellation));
        await Store.Blobs.DeleteAsync(id, Cancellation);
        var error = await Assert.ThrowsAsync<NotFoundException>(() => Store.Blobs.OpenReadAsync(id, cancellationToken: Cancellation));
        Assert.Contains($"'{id}'", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotFoundException>(() => Store.Blobs.VerifyAsync(id, Cancellation));
    }

    [Fact]
    public async Task Concurrent_puts_of_one_content_leave_one_whole_blob()
    {
        byte[] content = RandomBytes(2_000_000, seed: 5);
        await using var other = await OpenAsync();
        var puts = Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Store : other).Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation)));
        var infos = await Task.WhenAll(puts);

        Assert.Single(infos.Select(i => i.Id).Distinct());
        Assert.Single(await ToListAsync(Store.Blobs.ListAsync(cancellationToken: Cancellation)));
        Assert.Equal(content, await ReadAsync(infos[0].Id));
    }

    [Fact]
    public async Task A_put_that_breaks_off_leaves_nothing_visible()
    {
        byte[] content = RandomBytes(3_000_000, seed: 6);
        await Assert.ThrowsAsync<EndOfStreamException>(() =>
            Store.Blobs.PutAsync(new BreakingStream(content, breakAt: 2_500_000), cancellationToken: Cancellation));
        Assert.Empty(await ToListAsync(Store.Blobs.ListAsync(cancellationToken: Cancellation)));

        var info = await Store.Blobs.PutAsync(new MemoryStream(content), cancellationToken: Cancellation);
        Assert.Equal(content, await ReadAsync(info.Id));
    }

    [Fact]
    public async Task A_cancelled_put_leaves_nothing_visible()
    {
        using var cancel = new CancellationTokenSource();
        var content = new BreakingStream(RandomBytes(3_000_000, seed: 7), breakAt: 2_500_000, atBreak: cancel.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Blobs.PutAsync(content, cancellationToken: cancel.Token));
        Assert.Empty(await ToListAsync(Store.Blobs.ListAsync(cancellationToken: Cancellation)));
    }

    [Fact]
    public async Task Verify_detects_one_changed_byte()
    {
        var info = await Store.Blobs.PutAsync(new MemoryStream(RandomBytes(700_000, seed: 8)), cancellationToken: Cancellation);
        await CorruptAsync(info.Id);
        Assert.False(await Store.Blobs.VerifyAsync(info.Id, Cancellation));
    }

    private async Task<byte[]> ReadAsync(string id, long offset = 0, long? length = null)
    {
        await using var stream = await Store.Blobs.OpenReadAsync(id, offset, length, Cancellation);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Cancellation);
        return copy.ToArray();
    }
}
