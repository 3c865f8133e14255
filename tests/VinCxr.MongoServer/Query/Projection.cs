using MongoDB.Bson;

namespace VinCxr.MongoServer.Query;

/// <summary>Which fields of a document are wanted; top-level fields only.</summary>
internal static class Projection
{
    public static BsonDocument Apply(BsonDocument document, BsonDocument projection)
    {
        foreach (var field in projection)
        {
            if (field.Name.Contains('.') || !(field.Value.IsNumeric || field.Value.IsBoolean))
            {
                throw new CommandException(CommandException.BadValue, $"projection {field} is not known to this test server");
            }
        }

        bool isInclusion = projection.Any(f => f.Name != "_id" && f.Value.ToBoolean())
            || (projection.ElementCount == 1 && projection.GetValue("_id", false).ToBoolean());
        return new BsonDocument(document.Where(e => projection.TryGetValue(e.Name, out var wanted)
            ? wanted.ToBoolean()
            : !isInclusion || e.Name == "_id"));
    }
}
