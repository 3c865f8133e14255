using MongoDB.Bson;

namespace VinCxr.MongoServer.Query;

/// <summary>Dotted paths into documents.</summary>
internal static class FieldPath
{
    /// <summary>All values at a path: arrays on the way are entered, the value at its end is taken as it is. Empty when the path is missing.</summary>
    public static IEnumerable<BsonValue> Find(BsonValue value, string path)
    {
        int dot = path.IndexOf('.');
        string head = dot < 0 ? path : path[..dot], rest = dot < 0 ? "" : path[(dot + 1)..];
        if (value is BsonArray array)
        {
            return int.TryParse(head, out int index) && index < array.Count
                ? dot < 0 ? [array[index]] : Find(array[index], rest)
                : array.OfType<BsonDocument>().SelectMany(element => Find(element, path));
        }

        return value is not BsonDocument document || !document.TryGetValue(head, out var found) ? []
            : dot < 0 ? [found] : Find(found, rest);
    }

    /// <summary>The document that holds the last field of a path, made where it is missing.</summary>
    public static (BsonDocument Parent, string Field) Reach(BsonDocument document, string path)
    {
        string[] fields = path.Split('.');
        foreach (string field in fields[..^1])
        {
            if (!document.TryGetValue(field, out var next))
            {
                document[field] = next = new BsonDocument();
            }

            document = next as BsonDocument ?? throw new CommandException(28, $"Cannot create field in element {{{field}: {next}}}");
        }

        return (document, fields[^1]);
    }
}
