using System.Collections.Concurrent;
using MongoDB.Bson;
using VinCxr.MongoServer.Query;
using VinCxr.MongoServer.Storage;
using VinCxr.MongoServer.Wire;

namespace VinCxr.MongoServer.Commands;

internal sealed class ReadCommands(Catalog catalog)
{
    private const int FirstBatch = 101;
    private const int MaxReplyBytes = 16 << 20;
    private readonly ConcurrentDictionary<long, Cursor> _cursors = new();
    private long _lastCursor;

    public Reply Find(Request request)
    {
        var body = request.Body;
        Reject(body, "collation", "min", "max", "tailable", "returnKey");
        int limit = body.GetValue("limit", 0).ToInt32();
        var found = Query(request, Document(body, "filter"), Document(body, "sort"), body.GetValue("skip", 0).ToInt32(), Math.Abs(limit));
        if (Document(body, "projection") is { ElementCount: > 0 } projection)
        {
            found = [.. found.Select(d => new Document(Projection.Apply(d.Fields, projection).ToBson()))];
        }

        bool isSingle = limit < 0 || body.GetValue("singleBatch", false).ToBoolean();
        return Open(request, found.Select(d => d.Raw), body.GetValue("batchSize", FirstBatch).ToInt32(), isSingle);
    }

    public Reply GetMore(Request request)
    {
        long id = request.Body["getMore"].ToInt64();
        if (!_cursors.TryRemove(id, out var cursor))
        {
            throw new CommandException(CommandException.CursorNotFound, $"cursor id {id} not found");
        }

        return Next(id, cursor, request.Body.GetValue("batchSize", int.MaxValue).ToInt32(), isFirst: false, isSingle: false);
    }

    public Reply KillCursors(Request request)
    {
        var killed = new BsonArray(request.Body["cursors"].AsBsonArray.Where(id => _cursors.TryRemove(id.ToInt64(), out _)));
        return new Reply(new BsonDocument { { "cursorsKilled", killed }, { "cursorsNotFound", new BsonArray() } });
    }

    public Reply Count(Request request)
    {
        var body = request.Body;
        int count = Query(request, Document(body, "query"), [], body.GetValue("skip", 0).ToInt32(), body.GetValue("limit", 0).ToInt32()).Count;
        return new Reply(new BsonDocument("n", count));
    }

    public Reply Distinct(Request request)
    {
        string key = request.Body["key"].AsString;
        var values = Query(request, Document(request.Body, "query"), [], 0, 0)
            .SelectMany(d => FieldPath.Find(d.Fields, key))
            .SelectMany(v => v is BsonArray array ? array : (IEnumerable<BsonValue>)[v])
            .Distinct();
        return new Reply(new BsonDocument("values", new BsonArray(values)));
    }

    /// <summary>Matching, skipping, limiting and counting, as drivers count documents.</summary>
    public Reply Aggregate(Request request)
    {
        var filter = new BsonDocument();
        int skip = 0, limit = 0;
        BsonDocument? group = null;
        foreach (var stage in request.Body["pipeline"].AsBsonArray.Select(s => s.AsBsonDocument.GetElement(0)))
        {
            switch (stage.Name)
            {
                case "$match" when skip == 0 && limit == 0:
                    filter = stage.Value.AsBsonDocument;
                    break;
                case "$skip":
                    skip = stage.Value.ToInt32();
                    break;
                case "$limit":
                    limit = stage.Value.ToInt32();
                    break;
                case "$group" when stage.Value["_id"] is BsonInt32 && stage.Value["n"] == new BsonDocument("$sum", 1):
                    group = stage.Value.AsBsonDocument;
                    break;
                default:
                    throw new CommandException(40324, $"Unrecognized pipeline stage: {stage} (this test server only counts)");
            }
        }

        var found = Query(request, filter, [], skip, limit);
        IEnumerable<byte[]> result = group is null ? found.Select(d => d.Raw)
            : found.Count == 0 ? []
            : [new BsonDocument { { "_id", group["_id"] }, { "n", found.Count } }.ToBson()];
        return Open(request, result, FirstBatch, isSingle: false);
    }

    private List<Document> Query(Request request, BsonDocument filter, BsonDocument sort, int skip, int limit)
    {
        if (catalog.Find(request.Database, request.Collection) is not { } collection)
        {
            return [];
        }

        lock (collection.Gate)
        {
            var found = collection.Query(filter, sort).Skip(skip);
            return [.. limit > 0 ? found.Take(limit) : found];
        }
    }

    private Reply Open(Request request, IEnumerable<byte[]> documents, int batch, bool isSingle)
    {
        var cursor = new Cursor($"{request.Database}.{request.Collection}", new Queue<byte[]>(documents));
        return Next(Interlocked.Increment(ref _lastCursor), cursor, batch, isFirst: true, isSingle);
    }

    private Reply Next(long id, Cursor cursor, int count, bool isFirst, bool isSingle)
    {
        var batch = new List<byte[]>();
        long bytes = 0;
        while (batch.Count < count && cursor.Rest.TryPeek(out byte[]? next) && (batch.Count == 0 || bytes + next.Length <= MaxReplyBytes))
        {
            batch.Add(cursor.Rest.Dequeue());
            bytes += next.Length;
        }

        bool isOpen = cursor.Rest.Count > 0 && !isSingle;
        if (isOpen)
        {
            _cursors[id] = cursor;
        }

        return new Reply(new CursorBatch(isOpen ? id : 0, cursor.Namespace, isFirst, batch));
    }

    private static BsonDocument Document(BsonDocument body, string field) => body.GetValue(field, new BsonDocument()).AsBsonDocument;

    private static void Reject(BsonDocument body, params string[] options)
    {
        if (Array.Find(options, body.Contains) is { } found)
        {
            throw new CommandException(CommandException.BadValue, $"option '{found}' is not known to this test server");
        }
    }

    private sealed record Cursor(string Namespace, Queue<byte[]> Rest);
}
