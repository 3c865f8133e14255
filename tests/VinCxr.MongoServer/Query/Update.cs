using MongoDB.Bson;

namespace VinCxr.MongoServer.Query;

/// <summary>Carries out update documents.</summary>
internal static class Update
{
    /// <param name="isInsert">Whether an upsert makes the document, so that <c>$setOnInsert</c> counts.</param>
    /// <returns>The changed document; the given one is left as it is.</returns>
    public static BsonDocument Apply(BsonDocument document, BsonValue update, bool isInsert)
    {
        if (update is not BsonDocument changes)
        {
            throw new CommandException(CommandException.BadValue, "update pipelines are not known to this test server");
        }

        if (!Filter.IsOperators(changes))
        {
            return document.TryGetValue("_id", out var id) && !changes.Contains("_id")
                ? new BsonDocument("_id", id).AddRange(changes)
                : new BsonDocument(changes);
        }

        var result = document.DeepClone().AsBsonDocument;
        foreach (var op in changes)
        {
            foreach (var change in op.Value.AsBsonDocument)
            {
                Apply(result, op.Name, change.Name, change.Value, isInsert);
            }
        }

        return result;
    }

    private static void Apply(BsonDocument document, string op, string path, BsonValue value, bool isInsert)
    {
        var (parent, field) = FieldPath.Reach(document, path);
        bool exists = parent.TryGetValue(field, out var old);
        switch (op)
        {
            case "$set":
            case "$setOnInsert" when isInsert:
                parent[field] = value;
                break;
            case "$setOnInsert":
                break;
            case "$unset":
                parent.Remove(field);
                break;
            case "$inc":
                parent[field] = exists ? Add(old, value) : value;
                break;
            case "$min" when !exists || ValueOrder.Instance.Compare(value, old) < 0:
            case "$max" when !exists || ValueOrder.Instance.Compare(value, old) > 0:
                parent[field] = value;
                break;
            case "$min" or "$max":
                break;
            case "$currentDate":
                parent[field] = new BsonDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
                break;
            case "$push":
                parent[field] = Push(exists ? old.AsBsonArray : [], value);
                break;
            case "$addToSet":
                var set = exists ? old.AsBsonArray : [];
                parent[field] = set.Any(v => ValueOrder.Instance.AreEqual(v, value)) ? set : new BsonArray(set.Append(value));
                break;
            default:
                throw new CommandException(9, $"Unknown modifier: {op} (this test server knows no more than its tests need)");
        }
    }

    private static BsonValue Add(BsonValue old, BsonValue value) =>
        old.IsDouble || value.IsDouble ? old.ToDouble() + value.ToDouble()
        : old.IsInt64 || value.IsInt64 ? old.ToInt64() + value.ToInt64()
        : old.ToInt32() + value.ToInt32();

    private static BsonArray Push(BsonArray array, BsonValue value)
    {
        if (value is not BsonDocument modifiers || !modifiers.Contains("$each"))
        {
            return new BsonArray(array.Append(value));
        }

        if (modifiers.Names.FirstOrDefault(n => n is not ("$each" or "$slice")) is { } unknown)
        {
            throw new CommandException(CommandException.BadValue, $"Unrecognized clause in $push: {unknown}");
        }

        var all = array.Concat(modifiers["$each"].AsBsonArray);
        return new BsonArray(modifiers.TryGetValue("$slice", out var slice)
            ? slice.ToInt32() < 0 ? all.TakeLast(-slice.ToInt32()) : all.Take(slice.ToInt32())
            : all);
    }
}
