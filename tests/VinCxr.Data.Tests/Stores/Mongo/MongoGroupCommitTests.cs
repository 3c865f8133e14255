using VinCxr.Core;
using VinCxr.Data.Stores;
using VinCxr.Data.Stores.Mongo;
using VinCxr.MongoServer;
using VinCxr.MongoServer.Faults;

namespace VinCxr.Data.Tests.Stores.Mongo;

/// <summary>Writes that share a flush: each has its own outcome, whatever happens to the flush. Always against our own test server.</summary>
public sealed class MongoGroupCommitTests : IAsyncLifetime
{
    private readonly MongoTestServer _server = MongoTestServer.Start();
    private IStore? _store;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IStore Store => _store!;

    public async ValueTask InitializeAsync() => _store = await OpenAsync("");

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Writes_that_wait_for_a_flush_share_the_next_one()
    {
        const int Waiting = 300;
        var (first, release, inserts) = HoldFirst("insert", "logs");
        var held = Store.Logs.AppendAsync("held", ["x"], Cancellation);
        await first;
        var others = Enumerable.Range(0, Waiting).Select(i => Store.Logs.AppendAsync($"log{i % 100}", [$"{i}"], Cancellation)).ToArray();
        release();
        Assert.Equal(1, await held);
        long[] sequences = await Task.WhenAll(others);
        Assert.Equal(2, inserts());
        Assert.Equal(Enumerable.Range(0, Waiting).Select(i => 1L + (i / 100)), sequences);
    }

    [Fact]
    public async Task Puts_of_one_flush_have_outcomes_of_their_own()
    {
        string a = await Store.Documents.PutAsync("c", "a", "1", null, Cancellation);
        string b = await Store.Documents.PutAsync("c", "b", "1", null, Cancellation);
        var (first, release, _) = HoldFirst("insert", "documents");
        var held = Store.Documents.PutAsync("c", "held", "1", null, Cancellation);
        await first;
        var good = Store.Documents.PutAsync("c", "a", "2", a, Cancellation);
        var stale = Store.Documents.PutAsync("c", "b", "2", a, Cancellation);
        var taken = Store.Documents.PutAsync("c", "held", "2", null, Cancellation);
        var whatever = Store.Documents.PutAsync("c", "new", "2", "*", Cancellation);
        var again = Store.Documents.PutAsync("c", "new", "3", "*", Cancellation);
        release();
        await held;
        Assert.NotEqual(a, await good);
        await Assert.ThrowsAsync<ConflictException>(() => stale);
        await Assert.ThrowsAsync<ConflictException>(() => taken);
        await whatever;
        await again;
        Assert.Equal(
            [("a", "2"), ("b", "1"), ("held", "1"), ("new", "3")],
            await Store.Documents.ListAsync("c", "", Cancellation).Select(d => (d.Id, d.Json)).ToListAsync(Cancellation));
        Assert.Equal(b, (await Store.Documents.FindAsync("c", "b", Cancellation))!.Etag);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    public async Task Lost_connections_leave_no_gap_and_append_nothing_twice(int seed, bool retryWrites)
    {
        const int Writers = 40, Rounds = 4, Logs = 10;
        await using var one = await OpenAsync($"&retryWrites={(retryWrites ? "true" : "false")}");
        await using var two = await OpenAsync($"&retryWrites={(retryWrites ? "true" : "false")}");
        _server.Faults = Random(seed, "logs");
        long[][] sequences = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            var logs = (writer % 2 == 0 ? one : two).Logs;
            long[] own = new long[Rounds];
            for (int round = 0; round < Rounds; round++)
            {
                own[round] = await logs.AppendAsync($"log{writer % Logs}", [$"{writer}:{round}:a", $"{writer}:{round}:b"], Cancellation);
            }

            return own;
        })));

        _server.Faults = FaultPolicy.None;
        Assert.True(_server.Counters.Dropped > 2, $"{_server.Counters.Dropped} connections dropped");
        for (int log = 0; log < Logs; log++)
        {
            var entries = await Store.Logs.ReadAsync($"log{log}", 0, Cancellation).ToListAsync(Cancellation);
            Assert.Equal(Enumerable.Range(1, 2 * Rounds * Writers / Logs).Select(i => (long)i), entries.Select(e => e.Sequence));
            var expected = from writer in Enumerable.Range(0, Writers)
                           where writer % Logs == log
                           from round in Enumerable.Range(0, Rounds)
                           let last = sequences[writer][round]
                           from entry in new[] { new LogEntry(last - 1, $"{writer}:{round}:a"), new LogEntry(last, $"{writer}:{round}:b") }
                           orderby entry.Sequence
                           select entry;
            Assert.Equal(expected, entries);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Lost_connections_lose_no_compare_and_set(int seed)
    {
        const int Documents = 20, Writers = 2, Rounds = 3;
        await using var store = await OpenAsync("&retryWrites=false");
        _server.Faults = Random(seed, "documents");
        await Task.WhenAll(Enumerable.Range(0, Documents * Writers).Select(writer => Task.Run(async () =>
        {
            string id = $"{writer % Documents}";
            for (int done = 0; done < Rounds;)
            {
                var found = await store.Documents.FindAsync("c", id, Cancellation);
                try
                {
                    await store.Documents.PutAsync("c", id, $"{int.Parse(found?.Json ?? "0") + 1}", found?.Etag, Cancellation);
                    done++;
                }
                catch (ConflictException)
                {
                    // Another writer was a moment faster.
                }
            }
        })));

        _server.Faults = FaultPolicy.None;
        var counts = await Store.Documents.ListAsync("c", "", Cancellation).Select(d => d.Json).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Repeat($"{Writers * Rounds}", Documents), counts);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_told_at_once_and_the_others_go_on()
    {
        var (first, release, _) = HoldFirst("insert", "logs");
        using var impatient = new CancellationTokenSource();
        var sent = Store.Logs.AppendAsync("log", ["sent"], impatient.Token);
        await first;
        var waiting = Store.Logs.AppendAsync("log", ["withdrawn"], impatient.Token);
        var other = Store.Logs.AppendAsync("log", ["other"], Cancellation);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sent);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        release();
        Assert.Equal(2, await other);
        Assert.Equal(["sent", "other"], await Store.Logs.ReadAsync("log", 0, Cancellation).Select(e => e.Text).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_flush_under_way_when_the_store_closes_ends_with_an_error()
    {
        var (first, release, _) = HoldFirst("insert", "logs");
        var store = await OpenAsync("");
        var held = store.Logs.AppendAsync("log", ["x"], Cancellation);
        await first;
        var closing = store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => held);
        release();
        await closing;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.Logs.AppendAsync("log", ["y"], Cancellation));
    }

    /// <summary>The first such command is answered only after a release; how many came is counted.</summary>
    private (Task First, Action Release, Func<int> Count) HoldFirst(string command, string collection)
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new ManualResetEventSlim();
        int count = 0;
        _server.Faults = FaultPolicy.Of(found =>
        {
            if (found.Name == command && found.Collection == collection && Interlocked.Increment(ref count) == 1)
            {
                first.SetResult();
                released.Wait(Cancellation);
            }

            return Fault.None;
        });
        return (first.Task, released.Set, () => Volatile.Read(ref count));
    }

    /// <summary>A third of the writes lose their connection, before or after they are carried out.</summary>
    private static FaultPolicy Random(int seed, string collection)
    {
        var random = new Random(seed);
        return FaultPolicy.Of(found =>
        {
            if (found.Name is not ("insert" or "update") || found.Collection != collection)
            {
                return Fault.None;
            }

            lock (random)
            {
                return random.Next(6) switch
                {
                    0 => new Fault(FaultKind.ApplyThenDrop),
                    1 => new Fault(FaultKind.DropBefore),
                    _ => Fault.None,
                };
            }
        });
    }

    private async Task<IStore> OpenAsync(string parameters) => await MongoStore.OpenAsync(
        $"{_server.Uri}/test?appName=groups{parameters}", create: true, new MongoStoreOptions { MaxAttempts = 30, LongestPause = TimeSpan.FromMilliseconds(100) },
        TimeProvider.System, Cancellation);
}
