using MongoDB.Bson;

namespace VinCxr.MongoServer.Query;

/// <summary>Whether a document matches a query.</summary>
internal static class Filter
{
    public static bool Matches(BsonDocument document, BsonDocument filter) => filter.All(e => e.Name switch
    {
        "$and" => e.Value.AsBsonArray.All(f => Matches(document, f.AsBsonDocument)),
        "$or" => e.Value.AsBsonArray.Any(f => Matches(document, f.AsBsonDocument)),
        "$nor" => !e.Value.AsBsonArray.Any(f => Matches(document, f.AsBsonDocument)),
        "$comment" => true,
        _ when e.Name.StartsWith('$') => throw Unknown(e.Name),
        _ => MatchesField([.. FieldPath.Find(document, e.Name)], e.Value),
    });

    /// <summary>True for <c>{$op: …}</c>, as against a document to be equal to.</summary>
    public static bool IsOperators(BsonValue value) =>
        value is BsonDocument { ElementCount: > 0 } document && document.GetElement(0).Name.StartsWith('$');

    private static bool MatchesField(IReadOnlyList<BsonValue> values, BsonValue condition) => IsOperators(condition)
        ? condition.AsBsonDocument.All(op => MatchesOperator(values, op.Name, op.Value))
        : Equal(values, condition);

    private static bool MatchesOperator(IReadOnlyList<BsonValue> values, string name, BsonValue argument) => name switch
    {
        "$eq" => Equal(values, argument),
        "$ne" => !Equal(values, argument),
        "$gt" => Compare(values, argument, static order => order > 0),
        "$gte" => Compare(values, argument, static order => order >= 0),
        "$lt" => Compare(values, argument, static order => order < 0),
        "$lte" => Compare(values, argument, static order => order <= 0),
        "$in" => argument.AsBsonArray.Any(a => Equal(values, a)),
        "$nin" => !argument.AsBsonArray.Any(a => Equal(values, a)),
        "$all" => argument.AsBsonArray.Count > 0 && argument.AsBsonArray.All(a => Equal(values, a)),
        "$exists" => values.Count > 0 == argument.ToBoolean(),
        "$not" => !MatchesField(values, argument),
        "$size" => values.OfType<BsonArray>().Any(a => a.Count == argument.ToInt32()),
        "$elemMatch" => values.OfType<BsonArray>().Any(a => a.Any(element => IsOperators(argument)
            ? MatchesField([element], argument)
            : element is BsonDocument inner && Matches(inner, argument.AsBsonDocument))),
        _ => throw Unknown(name),
    };

    /// <summary>A missing field equals null; an array equals what one of its elements equals.</summary>
    private static bool Equal(IReadOnlyList<BsonValue> values, BsonValue wanted) => wanted is BsonRegularExpression
        ? throw Unknown("$regex")
        : (values.Count == 0 && wanted.IsBsonNull) || Candidates(values).Any(v => ValueOrder.Instance.AreEqual(v, wanted));

    private static bool Compare(IReadOnlyList<BsonValue> values, BsonValue bound, Func<int, bool> isMatch) =>
        Candidates(values).Any(v => ValueOrder.AreComparable(v, bound) && isMatch(ValueOrder.Instance.Compare(v, bound)));

    private static IEnumerable<BsonValue> Candidates(IReadOnlyList<BsonValue> values) =>
        values.SelectMany(v => v is BsonArray array ? array.Append(v) : [v]);

    private static CommandException Unknown(string name) =>
        new(CommandException.BadValue, $"unknown operator: {name} (this test server knows no more than its tests need)");
}
