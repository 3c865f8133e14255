using System.Runtime.CompilerServices;
using System.Text;
using MongoDB.Bson;
using MongoDB.Driver;
using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// One document <c>{log, first, last, entries}</c> per append, so all of its entries appear at once. The unique index on (log, first) makes the
/// numbers gapless: who takes <c>first</c> has seen that the log ended just before, and of two only one gets it. A try whose reply was lost meets
/// its own <c>_id</c> at that place, so nothing is appended twice.
/// </summary>
internal sealed class MongoLogStore(MongoSession session) : ILogStore
{
    private const int PageDocuments = 500;
    private const int MaxAppendBytes = 15_000_000;
    private const int EntryOverhead = 16;
    private static readonly BsonDocument ByLast = new("last", 1);

    // Writers of one process wait for each other here instead of losing races at the server; a few logs may share a turn.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    public async Task<long> AppendAsync(string log, IReadOnlyList<string> entries, CancellationToken cancellationToken = default)
    {
        if (entries.Sum(e => (long)Encoding.UTF8.GetByteCount(e) + EntryOverhead) is var bytes && bytes > MaxAppendBytes)
        {
            throw new StoreException($"an append of {bytes} bytes to log '{log}'; MongoDB takes up to {MaxAppendBytes} at once");
        }

        if (entries.Count == 0)
        {
            return await FindLastAsync(log, cancellationToken).ConfigureAwait(false);
        }

        var turn = _turns[(uint)string.GetHashCode(log, StringComparison.Ordinal) % _turns.Length];
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var batch = new BsonDocument { { "_id", ObjectId.GenerateNewId() }, { "log", log }, { "entries", new BsonArray(entries) } };
            while (true)
            {
                long last = await FindLastAsync(log, cancellationToken).ConfigureAwait(false);
                batch["first"] = last + 1;
                batch["last"] = last + entries.Count;
                if (await TryInsertAsync(batch, cancellationToken).ConfigureAwait(false))
                {
                    return last + entries.Count;
                }
            }
        }
        finally
        {
            turn.Release();
        }
    }

    public IAsyncEnumerable<string> ListLogsAsync(CancellationToken cancellationToken = default) =>
        session.ListDistinctAsync(session.Logs, "log", cancellationToken);

    public async IAsyncEnumerable<LogEntry> ReadAsync(
        string log, long afterSequence = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long after = afterSequence;
        List<BsonDocument> page;
        do
        {
            var filter = new BsonDocument { { "log", log }, { "last", new BsonDocument("$gt", after) } };
            page = await session.Retry.RunAsync(
                () => session.Logs.Find(filter).Sort(ByLast).Limit(PageDocuments).ToListAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
            foreach (var batch in page)
            {
                long sequence = batch["first"].ToInt64();
                foreach (var text in batch["entries"].AsBsonArray)
                {
                    if (sequence > after)
                    {
                        yield return new LogEntry(sequence, text.AsString);
                    }

                    sequence++;
                }

                after = batch["last"].ToInt64();
            }
        }
        while (page.Count == PageDocuments);
    }

    /// <returns>False when another writer has the place.</returns>
    private Task<bool> TryInsertAsync(BsonDocument batch, CancellationToken cancellationToken) => session.Retry.RunAsync(
        async () =>
        {
            try
            {
                await session.Logs.InsertOneAsync(batch, cancellationToken: cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (MongoWriteException error) when (MongoErrors.IsDuplicate(error))
            {
                // While the place is free, a lost insert of ours may still arrive; once it is taken, it cannot.
                return await session.Latest(session.Logs).Find(new BsonDocument("_id", batch["_id"])).Limit(1).AnyAsync(cancellationToken)
                    .ConfigureAwait(false);
            }
        },
        cancellationToken);

    private Task<long> FindLastAsync(string log, CancellationToken cancellationToken) => session.Retry.RunAsync(
        async () =>
        {
            var tail = await session.Logs.Find(new BsonDocument("log", log)).Sort(new BsonDocument("last", -1)).Limit(1)
                .Project(new BsonDocument { { "_id", 0 }, { "last", 1 } }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            return tail is null ? 0 : tail["last"].ToInt64();
        },
        cancellationToken);
}
