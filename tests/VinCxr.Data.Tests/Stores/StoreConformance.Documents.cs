using VinCxr.Core;

namespace VinCxr.Data.Tests.Stores;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task A_document_comes_back_with_the_etag_of_its_put()
    {
        string etag = await Store.Documents.PutAsync("sweeps", "a/b c", """{"x":"ü"}""", expectedEtag: null, Cancellation);
        var found = await Store.Documents.FindAsync("sweeps", "a/b c", Cancellation);

        Assert.Equal(("a/b c", """{"x":"ü"}""", etag), (found!.Id, found.Json, found.Etag));
        Assert.Null(await Store.Documents.FindAsync("sweeps", "a", Cancellation));
        Assert.Null(await Store.Documents.FindAsync("trials", "a/b c", Cancellation));
    }

    [Fact]
    public async Task A_put_with_a_wrong_etag_changes_nothing()
    {
        string first = await Store.Documents.PutAsync("c", "id", "1", expectedEtag: null, Cancellation);
        string second = await Store.Documents.PutAsync("c", "id", "2", first, Cancellation);

        Assert.NotEqual(first, second);
        await Assert.ThrowsAsync<ConflictException>(() => Store.Documents.PutAsync("c", "id", "3", first, Cancellation));
        await Assert.ThrowsAsync<ConflictException>(() => Store.Documents.PutAsync("c", "id", "3", expectedEtag: null, Cancellation));
        await Assert.ThrowsAsync<ConflictException>(() => Store.Documents.PutAsync("c", "absent", "3", first, Cancellation));
        Assert.Equal("2", (await Store.Documents.FindAsync("c", "id", Cancellation))!.Json);
        Assert.Null(await Store.Documents.FindAsync("c", "absent", Cancellation));
    }

    [Fact]
    public async Task A_star_writes_whatever_is_there()
    {
        await Store.Documents.PutAsync("c", "id", "1", "*", Cancellation);
        await Store.Documents.PutAsync("c", "id", "2", "*", Cancellation);
        Assert.Equal("2", (await Store.Documents.FindAsync("c", "id", Cancellation))!.Json);
    }

    [Fact]
    public async Task A_document_made_again_does_not_take_the_old_etag()
    {
        string old = await Store.Documents.PutAsync("c", "id", "1", expectedEtag: null, Cancellation);
        await Store.Documents.DeleteAsync("c", "id", Cancellation);
        await Store.Documents.DeleteAsync("c", "id", Cancellation);
        Assert.Null(await Store.Documents.FindAsync("c", "id", Cancellation));

        await Store.Documents.PutAsync("c", "id", "1", expectedEtag: null, Cancellation);
        await Assert.ThrowsAsync<ConflictException>(() => Store.Documents.PutAsync("c", "id", "2", old, Cancellation));
    }

    [Fact]
    public async Task List_gives_the_ids_with_a_prefix_in_order()
    {
        string[] ids = ["b/2", "a", "b/10", "B/1", "b0", "b/", "b%", "c", "b/ä", "b/😀"];
        foreach (string id in ids)
        {
            await Store.Documents.PutAsync("c", id, "{}", expectedEtag: null, Cancellation);
        }

        await Store.Documents.PutAsync("other", "b/3", "{}", expectedEtag: null, Cancellation);

        string[] expected = ["b/", "b/10", "b/2", "b/ä", "b/😀"];
        Assert.Equal(expected, (await ToListAsync(Store.Documents.ListAsync("c", "b/", Cancellation))).Select(d => d.Id));
        Assert.Equal(ids.Order(StringComparer.Ordinal), (await ToListAsync(Store.Documents.ListAsync("c", "", Cancellation))).Select(d => d.Id));
        Assert.Empty(await ToListAsync(Store.Documents.ListAsync("c", "x", Cancellation)));
    }

    [Fact]
    public async Task List_goes_beyond_one_page()
    {
        string[] ids = [.. Enumerable.Range(0, 1203).Select(i => $"{i:D5}")];
        await Task.WhenAll(ids.Select(id => Store.Documents.PutAsync("c", id, id, expectedEtag: null, Cancellation)));
        Assert.Equal(ids, (await ToListAsync(Store.Documents.ListAsync("c", "", Cancellation))).Select(d => d.Json));
    }

    [Fact]
    public async Task Compare_and_set_loses_no_increment_under_contention()
    {
        await using var other = await OpenAsync();
        await Store.Documents.PutAsync("c", "counter", "0", expectedEtag: null, Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var documents = (worker % 2 == 0 ? Store : other).Documents;
            for (int i = 0; i < 10; i++)
            {
                while (!await TryIncrementAsync(documents))
                {
                }
            }
        })));

        Assert.Equal("80", (await Store.Documents.FindAsync("c", "counter", Cancellation))!.Json);
    }

    [Fact]
    public async Task Of_many_who_create_one_document_exactly_one_succeeds()
    {
        await using var other = await OpenAsync();
        bool[] won = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            try
            {
                await (i % 2 == 0 ? Store : other).Documents.PutAsync("c", "lease", $"{i}", expectedEtag: null, Cancellation);
                return true;
            }
            catch (ConflictException)
            {
                return false;
            }
        }));

        Assert.Single(won, w => w);
        Assert.Equal($"{Array.IndexOf(won, true)}", (await Store.Documents.FindAsync("c", "lease", Cancellation))!.Json);
    }

    [Fact]
    public async Task What_one_handle_wrote_another_reads_at_once_and_after_reopening()
    {
        await using (var other = await OpenAsync())
        {
            await other.Documents.PutAsync("c", "id", "1", expectedEtag: null, Cancellation);
            var blob = await other.Blobs.PutAsync(new MemoryStream([9]), cancellationToken: Cancellation);
            await other.Logs.AppendAsync("log", ["x"], Cancellation);

            Assert.Equal("1", (await Store.Documents.FindAsync("c", "id", Cancellation))!.Json);
            Assert.Equal([9], await ReadAsync(blob.Id));
            Assert.Equal("x", Assert.Single(await ToListAsync(Store.Logs.ReadAsync("log", 0, Cancellation))).Text);
        }

        await using var reopened = await OpenAsync();
        Assert.Equal("1", (await reopened.Documents.FindAsync("c", "id", Cancellation))!.Json);
        Assert.Equal(2, await reopened.Logs.AppendAsync("log", ["y"], Cancellation));
    }

    private static async Task<bool> TryIncrementAsync(VinCxr.Data.Stores.IDocumentStore documents)
    {
        var found = (await documents.FindAsync("c", "counter", Cancellation))!;
        try
        {
            await documents.PutAsync("c", "counter", $"{int.Parse(found.Json) + 1}", found.Etag, Cancellation);
            return true;
        }
        catch (ConflictException)
        {
            return false;
        }
    }
}
