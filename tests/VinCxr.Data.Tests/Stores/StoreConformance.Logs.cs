using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Tests.Stores;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task A_log_counts_from_one_and_reads_after_any_sequence()
    {
        Assert.Equal(0, await Store.Logs.AppendAsync("log", [], Cancellation));
        Assert.Equal(2, await Store.Logs.AppendAsync("log", ["a", "b"], Cancellation));
        Assert.Equal(1, await Store.Logs.AppendAsync("other", ["z"], Cancellation));
        Assert.Equal(3, await Store.Logs.AppendAsync("log", ["c"], Cancellation));

        LogEntry[] all = [new(1, "a"), new(2, "b"), new(3, "c")];
        for (int after = 0; after <= 4; after++)
        {
            Assert.Equal(all.Skip(after), await ToListAsync(Store.Logs.ReadAsync("log", after, Cancellation)));
        }

        Assert.Empty(await ToListAsync(Store.Logs.ReadAsync("absent", 0, Cancellation)));
    }

    [Fact]
    public async Task Logs_and_collections_are_listed_once_each()
    {
        Assert.Empty(await ToListAsync(Store.Logs.ListLogsAsync(Cancellation)));
        Assert.Empty(await ToListAsync(Store.Documents.ListCollectionsAsync(Cancellation)));
        foreach (string name in (string[])["grain-trial", "datasets", "ingest/lungs"])
        {
            await Store.Logs.AppendAsync(name, ["a", "b"], Cancellation);
            await Store.Documents.PutAsync(name, "x", "{}", null, Cancellation);
            await Store.Documents.PutAsync(name, "y", "{}", null, Cancellation);
        }

        Assert.Equal(["datasets", "grain-trial", "ingest/lungs"], (await ToListAsync(Store.Logs.ListLogsAsync(Cancellation))).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["datasets", "grain-trial", "ingest/lungs"], (await ToListAsync(Store.Documents.ListCollectionsAsync(Cancellation))).Order(StringComparer.Ordinal));
        await Store.Documents.DeleteAsync("datasets", "x", Cancellation);
        await Store.Documents.DeleteAsync("datasets", "y", Cancellation);
        Assert.DoesNotContain("datasets", await ToListAsync(Store.Documents.ListCollectionsAsync(Cancellation)));
    }

    [Fact]
    public async Task Concurrent_appends_leave_no_gap_and_keep_each_writers_order()
    {
        const int Writers = 8, Rounds = 25;
        await using var other = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var logs = (writer % 2 == 0 ? Store : other).Logs;
            for (int round = 0; round < Rounds; round++)
            {
                await logs.AppendAsync("log", [$"{writer}:{2 * round}", $"{writer}:{(2 * round) + 1}"], Cancellation);
            }
        })));

        var entries = await ToListAsync(Store.Logs.ReadAsync("log", 0, Cancellation));
        Assert.Equal(Enumerable.Range(1, Writers * Rounds * 2).Select(i => (long)i), entries.Select(e => e.Sequence));
        foreach (var own in entries.Select(e => e.Text.Split(':')).GroupBy(parts => parts[0], parts => int.Parse(parts[1])))
        {
            Assert.Equal(Enumerable.Range(0, Rounds * 2), own);
        }
    }

    [Fact]
    public async Task An_append_that_is_bound_to_the_end_of_a_log_is_refused_anywhere_else()
    {
        await using var other = await OpenAsync();
        Assert.Equal(2, await Store.Logs.AppendAfterAsync("log", 0, ["a", "b"], Cancellation));
        Assert.Equal(3, await other.Logs.AppendAfterAsync("log", 2, ["c"], Cancellation));
        foreach (long wrong in new[] { 0L, 2, 4, 99 })
        {
            var refused = await Assert.ThrowsAsync<ConflictException>(() => Store.Logs.AppendAfterAsync("log", wrong, ["x"], Cancellation));
            Assert.Contains($"'log' does not end at entry {wrong}", refused.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<ConflictException>(() => Store.Logs.AppendAfterAsync("new", wrong + 1, ["x"], Cancellation));
        }

        Assert.Equal(4, await Store.Logs.AppendAsync("log", ["d"], Cancellation));
        Assert.Equal(5, await other.Logs.AppendAfterAsync("log", 4, ["e"], Cancellation));
        Assert.Equal(["a", "b", "c", "d", "e"], (await ToListAsync(Store.Logs.ReadAsync("log", 0, Cancellation))).Select(e => e.Text));
        Assert.Empty(await ToListAsync(Store.Logs.ReadAsync("new", 0, Cancellation)));
    }

    [Fact]
    public async Task Of_those_who_append_at_one_place_exactly_one_does()
    {
        const int Writers = 6, Places = 20;
        await using var other = await OpenAsync();
        int won = 0;
        for (int place = 0; place < Places; place++)
        {
            long after = place;
            var outcomes = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
                await Record.ExceptionAsync(() => (writer % 2 == 0 ? Store : other).Logs.AppendAfterAsync("log", after, [$"{writer}"], Cancellation)))));
            Assert.All(outcomes, error => Assert.True(error is null or ConflictException, $"{error}"));
            won += outcomes.Count(error => error is null);
        }

        Assert.Equal(Places, won);
        Assert.Equal(Enumerable.Range(1, Places).Select(i => (long)i), (await ToListAsync(Store.Logs.ReadAsync("log", 0, Cancellation))).Select(e => e.Sequence));
    }

    [Fact]
    public async Task A_log_longer_than_a_page_reads_whole()
    {
        string[] texts = [.. Enumerable.Range(1, 2500).Select(i => $"entry {i}")];
        Assert.Equal(2500, await Store.Logs.AppendAsync("log", texts, Cancellation));
        Assert.Equal(texts, (await ToListAsync(Store.Logs.ReadAsync("log", 0, Cancellation))).Select(e => e.Text));
    }
}
