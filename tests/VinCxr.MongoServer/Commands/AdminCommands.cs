using MongoDB.Bson;
using VinCxr.MongoServer.Storage;
using VinCxr.MongoServer.Wire;

namespace VinCxr.MongoServer.Commands;

internal sealed class AdminCommands(Catalog catalog)
{
    private const int NamespaceNotFound = 26;

    public Reply CreateIndexes(Request request)
    {
        var collection = catalog.GetOrCreate(request.Database, request.Collection);
        lock (collection.Gate)
        {
            int before = collection.Indexes.Count();
            foreach (var index in request.Body["indexes"].AsBsonArray.Select(i => i.AsBsonDocument))
            {
                if (index.Names.FirstOrDefault(n => n is not ("key" or "name" or "unique" or "sparse" or "v" or "background")) is { } unknown)
                {
                    throw new CommandException(CommandException.BadValue, $"index option '{unknown}' is not known to this test server");
                }

                collection.CreateIndex(
                    index["key"].AsBsonDocument,
                    index["name"].AsString,
                    index.GetValue("unique", false).ToBoolean(),
                    index.GetValue("sparse", false).ToBoolean());
            }

            return new Reply(new BsonDocument { { "numIndexesBefore", before }, { "numIndexesAfter", collection.Indexes.Count() } });
        }
    }

    public Reply DropIndexes(Request request)
    {
        var collection = Existing(request);
        lock (collection.Gate)
        {
            collection.DropIndexes(request.Body["index"].AsString);
            return new Reply(new BsonDocument());
        }
    }

    public Reply ListIndexes(Request request)
    {
        var collection = Existing(request);
        lock (collection.Gate)
        {
            return new Reply(new CursorBatch(
                0, $"{request.Database}.{request.Collection}", IsFirst: true, [.. collection.Indexes.Select(i => i.ToBson())]));
        }
    }

    public Reply ListCollections(Request request)
    {
        var names = catalog.Names(request.Database).Select(n => new BsonDocument { { "name", n }, { "type", "collection" } });
        if (request.Body.TryGetValue("filter", out var filter))
        {
            names = names.Where(n => Query.Filter.Matches(n, filter.AsBsonDocument));
        }

        return new Reply(new CursorBatch(0, $"{request.Database}.$cmd.listCollections", IsFirst: true, [.. names.Select(n => n.ToBson())]));
    }

    public Reply Create(Request request)
    {
        catalog.GetOrCreate(request.Database, request.Collection);
        return new Reply(new BsonDocument());
    }

    public Reply Drop(Request request) => catalog.Drop(request.Database, request.Collection)
        ? new Reply(new BsonDocument())
        : throw new CommandException(NamespaceNotFound, "ns not found");

    public Reply DropDatabase(Request request)
    {
        foreach (string name in catalog.Names(request.Database).ToList())
        {
            catalog.Drop(request.Database, name);
        }

        return new Reply(new BsonDocument("dropped", request.Database));
    }

    private Collection Existing(Request request) => catalog.Find(request.Database, request.Collection)
        ?? throw new CommandException(NamespaceNotFound, $"ns does not exist: {request.Database}.{request.Collection}");
}
