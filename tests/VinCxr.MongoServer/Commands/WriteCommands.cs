using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using VinCxr.MongoServer.Query;
using VinCxr.MongoServer.Storage;
using VinCxr.MongoServer.Wire;

namespace VinCxr.MongoServer.Commands;

internal sealed class WriteCommands(Catalog catalog, ServerCounters counters)
{
    public Reply Insert(Request request)
    {
        var documents = request.Documents("documents");
        bool isChunks = request.Collection.EndsWith(".chunks", StringComparison.Ordinal);
        return Each(request, documents.Count, (collection, i) =>
        {
            var document = WithId(new Document(documents[i]));
            if (isChunks && document.Fields.TryGetValue("data", out var data))
            {
                counters.AddChunkBytes(data.AsByteArray.Length);
            }

            collection.Insert(document);
            return 1;
        });
    }

    public Reply Update(Request request)
    {
        var statements = Statements(request, "updates");
        int modified = 0;
        var upserted = new BsonArray();
        var reply = Each(request, statements.Count, (collection, i) =>
        {
            var statement = statements[i];
            RejectOptions(statement, "collation", "arrayFilters", "hint", "sort");
            var found = Matches(collection, statement, statement.GetValue("multi", false).ToBoolean() ? 0 : 1, []);
            if (found.Count == 0 && statement.GetValue("upsert", false).ToBoolean())
            {
                var made = Upsert(collection, statement["q"].AsBsonDocument, statement["u"]);
                upserted.Add(new BsonDocument { { "index", i }, { "_id", made.Fields["_id"] } });
                return 1;
            }

            modified += found.Count(old => Change(collection, old, statement["u"]).Raw.AsSpan().SequenceEqual(old.Raw) is false);
            return found.Count;
        });
        reply.Fields.Add("nModified", modified);
        if (upserted.Count > 0)
        {
            reply.Fields.Add("upserted", upserted);
        }

        return reply;
    }

    public Reply Delete(Request request)
    {
        var statements = Statements(request, "deletes");
        return Each(request, statements.Count, (collection, i) =>
        {
            RejectOptions(statements[i], "collation", "hint");
            var found = Matches(collection, statements[i], statements[i]["limit"].ToInt32(), []);
            found.ForEach(collection.Delete);
            return found.Count;
        });
    }

    public Reply FindAndModify(Request request)
    {
        var body = request.Body;
        RejectOptions(body, "collation", "arrayFilters", "hint", "fields");
        var collection = catalog.GetOrCreate(request.Database, request.Collection);
        lock (collection.Gate)
        {
            var filter = body.GetValue("query", new BsonDocument()).AsBsonDocument;
            var old = Matches(collection, new BsonDocument("q", filter), 1, body.GetValue("sort", new BsonDocument()).AsBsonDocument).FirstOrDefault();
            Document? changed = null;
            if (body.GetValue("remove", false).ToBoolean())
            {
                if (old is not null)
                {
                    collection.Delete(old);
                }
            }
            else if (old is not null)
            {
                changed = Change(collection, old, body["update"]);
            }
            else if (body.GetValue("upsert", false).ToBoolean())
            {
                changed = Upsert(collection, filter, body["update"]);
            }

            var shown = body.GetValue("new", false).ToBoolean() ? changed : old;
            var last = new BsonDocument { { "n", old is null && changed is null ? 0 : 1 }, { "updatedExisting", old is not null && changed is not null } };
            return new Reply(new BsonDocument { { "lastErrorObject", last }, { "value", shown is null ? BsonNull.Value : shown.Fields } });
        }
    }

    /// <summary>Carries statements out one by one; those that fail are listed, and the first ends an ordered command.</summary>
    private Reply Each(Request request, int count, Func<Collection, int, int> carryOut)
    {
        var collection = catalog.GetOrCreate(request.Database, request.Collection);
        bool isOrdered = request.Body.GetValue("ordered", true).ToBoolean();
        var errors = new BsonArray();
        int n = 0;
        for (int i = 0; i < count && (errors.Count == 0 || !isOrdered); i++)
        {
            try
            {
                lock (collection.Gate)
                {
                    n += carryOut(collection, i);
                }
            }
            catch (CommandException error)
            {
                errors.Add(new BsonDocument { { "index", i }, { "code", error.Code }, { "errmsg", error.Message } });
            }
        }

        var fields = new BsonDocument("n", n);
        if (errors.Count > 0)
        {
            fields.Add("writeErrors", errors);
        }

        return new Reply(fields);
    }

    private static List<Document> Matches(Collection collection, BsonDocument statement, int limit, BsonDocument sort)
    {
        var found = collection.Query(statement["q"].AsBsonDocument, sort);
        return [.. limit > 0 ? found.Take(limit) : found];
    }

    private static Document Change(Collection collection, Document old, BsonValue update)
    {
        var changed = new Document(Query.Update.Apply(BsonSerializer.Deserialize<BsonDocument>(old.Raw), update, isInsert: false).ToBson());
        collection.Replace(old, changed);
        return changed;
    }

    /// <summary>A new document with the fields that the filter says are equal to something.</summary>
    private static Document Upsert(Collection collection, BsonDocument filter, BsonValue update)
    {
        var equal = new BsonDocument(filter.Where(e => !e.Name.StartsWith('$') && !Filter.IsOperators(e.Value)));
        var made = WithId(new Document(Query.Update.Apply(equal, update, isInsert: true).ToBson()));
        collection.Insert(made);
        return made;
    }

    private static Document WithId(Document document) => document.Fields.Contains("_id")
        ? document
        : new Document(new BsonDocument("_id", ObjectId.GenerateNewId()).AddRange(document.Fields).ToBson());

    private static List<BsonDocument> Statements(Request request, string field) =>
        [.. request.Documents(field).Select(d => BsonSerializer.Deserialize<BsonDocument>(d))];

    private static void RejectOptions(BsonDocument statement, params string[] options)
    {
        if (Array.Find(options, statement.Contains) is { } found)
        {
            throw new CommandException(CommandException.BadValue, $"option '{found}' is not known to this test server");
        }
    }
}
