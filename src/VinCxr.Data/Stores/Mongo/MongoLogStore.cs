using System.Runtime.CompilerServices;
using System.Text;
using MongoDB.Bson;
using MongoDB.Driver;
using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// Batches <c>{log, first, last, entries}</c>, so that all entries of an append appear at once. Appends go through a <see cref="MongoLogWriter"/>.
/// </summary>
internal sealed class MongoLogStore : ILogStore, IAsyncDisposable
{
    private const int PageDocuments = 500;
    private const int MaxAppendBytes = 15_000_000;
    private const int EntryOverhead = 16;
    private static readonly BsonDocument ByLast = new("last", 1);

    private readonly MongoSession _session;
    private readonly MongoLogWriter _writer;
    private readonly GroupCommit<LogAppend, long> _group;

    public MongoLogStore(MongoSession session)
    {
        _session = session;
        _writer = new MongoLogWriter(session);
        _group = new GroupCommit<LogAppend, long>(_writer.FlushAsync, mergesKeys: true);
    }

    public Task<long> AppendAsync(string log, IReadOnlyList<string> entries, CancellationToken cancellationToken = default) =>
        entries.Count == 0 ? _writer.FindLastAsync(log, cancellationToken) : AppendAsync(log, new LogAppend(entries, null), cancellationToken);

    public Task<long> AppendAfterAsync(string log, long afterSequence, IReadOnlyList<string> entries, CancellationToken cancellationToken = default) =>
        AppendAsync(log, new LogAppend(entries, afterSequence), cancellationToken);

    public ValueTask DisposeAsync() => _group.DisposeAsync();

    public IAsyncEnumerable<string> ListLogsAsync(CancellationToken cancellationToken = default) =>
        _session.ListDistinctAsync(_session.Logs, "log", cancellationToken);

    public async IAsyncEnumerable<LogEntry> ReadAsync(
        string log, long afterSequence = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long after = afterSequence;
        List<BsonDocument> page;
        do
        {
            var filter = new BsonDocument { { "log", log }, { "last", new BsonDocument("$gt", after) } };
            page = await _session.Retry.RunAsync(
                () => _session.Logs.Find(filter).Sort(ByLast).Limit(PageDocuments).ToListAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
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

    private async Task<long> AppendAsync(string log, LogAppend append, CancellationToken cancellationToken)
    {
        long bytes = append.Entries.Sum(e => (long)Encoding.UTF8.GetByteCount(e) + EntryOverhead);
        return bytes <= MaxAppendBytes
            ? await _group.RunAsync(log, append, bytes, cancellationToken).ConfigureAwait(false)
            : throw new StoreException($"an append of {bytes} bytes to log '{log}'; MongoDB takes up to {MaxAppendBytes} at once");
    }
}
