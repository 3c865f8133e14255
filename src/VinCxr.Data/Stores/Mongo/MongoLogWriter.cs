using MongoDB.Bson;
using MongoDB.Driver;

namespace VinCxr.Data.Stores.Mongo;

/// <param name="Entries">At least one.</param>
/// <param name="After">Where the log has to end, or null for wherever it does.</param>
internal sealed record LogAppend(IReadOnlyList<string> Entries, long? After);

/// <summary>
/// Appends of many logs in one insert, one document per log. The unique index on (log, first) makes the numbers gapless: who takes <c>first</c> has seen
/// that the log ended just before, and of two only one gets it. A try whose reply was lost meets its own <c>_id</c> at that place, so nothing is appended
/// twice. Where a log ended is remembered; if another process has appended since, the place is taken, and only then the end is looked up.
/// </summary>
internal sealed class MongoLogWriter(MongoSession session)
{
    private const int RememberedLogs = 100_000;

    /// <summary>Logs of appends that were acknowledged, with their last sequence number. Used by one flush at a time.</summary>
    private readonly Dictionary<string, long> _ends = new(StringComparer.Ordinal);

    private enum Place
    {
        Ours,
        Taken,
        Refused,
    }

    /// <inheritdoc cref="GroupCommit{TContent, TResult}"/>
    public async Task FlushAsync(IReadOnlyList<GroupedWrite<LogAppend, long>> writes, CancellationToken cancellationToken)
    {
        // Those that are bound to a place stand alone: they may be refused.
        List<Batch> pending =
        [
            .. writes.Where(w => w.Content.After is null).GroupBy(w => w.Key, StringComparer.Ordinal).Select(g => new Batch(g.Key, [.. g])),
            .. writes.Where(w => w.Content.After is not null).Select(w => new Batch(w.Key, [w])),
        ];
        try
        {
            pending = await WithoutMisplacedAsync(pending, cancellationToken).ConfigureAwait(false);
            while (pending.Count > 0)
            {
                // A log not known here is tried as a new one, which most are.
                pending.ForEach(b => b.StartAfter(b.After ?? _ends.GetValueOrDefault(b.Log)));
                var places = await InsertAsync(pending, cancellationToken).ConfigureAwait(false);
                List<Batch> taken = [];
                for (int i = 0; i < pending.Count; i++)
                {
                    switch (places[i].Place)
                    {
                        case Place.Ours:
                            Remember(pending[i].Log, pending[i].Complete());
                            break;
                        case Place.Taken when pending[i].After is { } after:
                            pending[i].Fail(StoreErrors.LogGoesOn(pending[i].Log, after));
                            break;
                        case Place.Taken:
                            taken.Add(pending[i]);
                            break;
                        default:
                            pending[i].Fail(places[i].Error!);
                            break;
                    }
                }

                foreach (var batch in taken)
                {
                    Remember(batch.Log, await FindLastAsync(batch.Log, cancellationToken).ConfigureAwait(false));
                }

                pending = taken;
            }
        }
        catch
        {
            // Nobody knows whether they were applied.
            pending.ForEach(b => _ends.Remove(b.Log));
            throw;
        }
    }

    /// <summary>Refuses what is bound to a place other than the end: the index sees a place that is taken, but not one beyond the end.</summary>
    private async Task<List<Batch>> WithoutMisplacedAsync(List<Batch> batches, CancellationToken cancellationToken)
    {
        foreach (var batch in batches.Where(b => b.After is { } after && _ends.GetValueOrDefault(b.Log, -1) != after))
        {
            long last = await FindLastAsync(batch.Log, cancellationToken).ConfigureAwait(false);
            Remember(batch.Log, last);
            if (last != batch.After)
            {
                batch.Fail(StoreErrors.LogGoesOn(batch.Log, batch.After!.Value));
            }
        }

        return batches.FindAll(b => !b.IsRefused);
    }

    /// <returns>Sequence number of the log's last entry, 0 for none.</returns>
    public Task<long> FindLastAsync(string log, CancellationToken cancellationToken) => session.Retry.RunAsync(
        async () =>
        {
            var tail = await session.Logs.Find(new BsonDocument("log", log)).Sort(new BsonDocument("last", -1)).Limit(1)
                .Project(new BsonDocument { { "_id", 0 }, { "last", 1 } }).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
            return tail is null ? 0 : tail["last"].ToInt64();
        },
        cancellationToken);

    private Task<(Place Place, Exception? Error)[]> InsertAsync(IReadOnlyList<Batch> batches, CancellationToken cancellationToken) => session.Retry.RunAsync(
        async () =>
        {
            var places = new (Place Place, Exception? Error)[batches.Count];
            try
            {
                await session.Logs.InsertManyAsync(batches.Select(b => b.Document), new InsertManyOptions { IsOrdered = false }, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (MongoBulkWriteException<BsonDocument> error) when (MongoErrors.IsPerWrite(error))
            {
                foreach (var write in error.WriteErrors)
                {
                    // While the place is free, a lost insert of ours may still arrive; once it is taken, it cannot.
                    places[write.Index] = write.Category != ServerErrorCategory.DuplicateKey
                        ? (Place.Refused, (Exception?)MongoErrors.Refused(session.Store, write))
                        : await IsOursAsync(batches[write.Index], cancellationToken).ConfigureAwait(false) ? (Place.Ours, null) : (Place.Taken, null);
                }
            }

            return places;
        },
        cancellationToken);

    private Task<bool> IsOursAsync(Batch batch, CancellationToken cancellationToken) =>
        session.Latest(session.Logs).Find(new BsonDocument("_id", batch.Document["_id"])).Limit(1).AnyAsync(cancellationToken);

    private void Remember(string log, long last)
    {
        if (_ends.Count >= RememberedLogs)
        {
            _ends.Clear();
        }

        _ends[log] = last;
    }

    /// <summary>Appends to one log that share a document.</summary>
    private sealed class Batch
    {
        private readonly GroupedWrite<LogAppend, long>[] _writes;
        private long _before;

        public Batch(string log, GroupedWrite<LogAppend, long>[] writes)
        {
            (Log, _writes) = (log, writes);
            Document = new BsonDocument
            {
                { "_id", ObjectId.GenerateNewId() }, { "log", log }, { "entries", new BsonArray(writes.SelectMany(w => w.Content.Entries)) },
            };
        }

        public string Log { get; }

        public long? After => _writes[0].Content.After;

        public bool IsRefused { get; private set; }

        public BsonDocument Document { get; }

        public void StartAfter(long last)
        {
            _before = last;
            Document["first"] = last + 1;
            Document["last"] = last + Document["entries"].AsBsonArray.Count;
        }

        /// <returns>Sequence number of the last entry.</returns>
        public long Complete()
        {
            long last = _before;
            foreach (var write in _writes)
            {
                last += write.Content.Entries.Count;
                write.Succeed(last);
            }

            return last;
        }

        public void Fail(Exception error)
        {
            IsRefused = true;
            Array.ForEach(_writes, w => w.Fail(error));
        }
    }
}
