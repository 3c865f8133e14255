using MongoDB.Bson;
using VinCxr.MongoServer.Query;

namespace VinCxr.MongoServer.Storage;

/// <summary>Candidates for a query from the index that narrows them most, in the wanted order where the index has it.</summary>
/// <param name="IsSorted">The candidates come in the order that was asked for.</param>
internal sealed record Plan(IEnumerable<Document> Candidates, bool IsSorted)
{
    public static Plan Choose(IEnumerable<Index> indexes, BsonDocument filter, BsonDocument sort) =>
        indexes.Select(index => Of(index, filter, sort)).MaxBy(plan => plan.Score)!.Plan;

    private static (double Score, Plan Plan) Of(Index index, BsonDocument filter, BsonDocument sort)
    {
        BsonValue[] equal = [.. index.Fields.Select(f => EqualTo(filter, f)).TakeWhile(v => v is not null).Select(v => v!)];
        List<BsonValue> low = [.. equal], high = [.. equal];
        bool isRange = false;
        if (equal.Length < index.Fields.Count && filter.GetValue(index.Fields[equal.Length], BsonNull.Value) is BsonDocument range)
        {
            // The bounds themselves are let in here and judged by the filter.
            AddBound(range, low, "$gt", "$gte");
            AddBound(range, high, "$lt", "$lte");
            isRange = low.Count > equal.Length || high.Count > equal.Length;
        }

        var (isSorted, isBackward) = index.IsMultikey ? (sort.ElementCount == 0, false) : Sorts(index, equal.Length, sort);
        var entries = index.Between(low, high);
        var documents = (isBackward ? entries.Reverse() : entries).Select(e => e.Document!);
        double score = (4 * equal.Length) + (isRange ? 2 : 0) + (isSorted && sort.ElementCount > 0 ? 1 : 0) + (index.Name == "_id_" ? 0.5 : 0);
        return (score, new Plan(index.IsMultikey ? documents.Distinct() : documents, isSorted));
    }

    private static BsonValue? EqualTo(BsonDocument filter, string field) => filter.GetValue(field, null) switch
    {
        null or BsonNull or BsonArray or BsonRegularExpression => null,
        var value when !Filter.IsOperators(value) => value,
        BsonDocument operators when operators.TryGetValue("$eq", out var value) && value is not (BsonNull or BsonArray) => value,
        BsonDocument operators when operators.TryGetValue("$all", out var values) && values.AsBsonArray.Count > 0 => values[0],
        _ => null,
    };

    private static void AddBound(BsonDocument range, List<BsonValue> key, params string[] operators)
    {
        if (operators.FirstOrDefault(range.Contains) is { } found)
        {
            key.Add(range[found]);
        }
    }

    private static (bool IsSorted, bool IsBackward) Sorts(Index index, int equal, BsonDocument sort)
    {
        // Fields that are all equal do not matter to the order.
        string[] wanted = [.. sort.Names.SkipWhile(n => index.Fields.Take(equal).Contains(n))];
        bool isSorted = wanted.SequenceEqual(index.Fields.Skip(equal).Take(wanted.Length)) && sort.Values.Select(v => v.ToInt32()).Distinct().Count() <= 1;
        return (isSorted, isSorted && sort.ElementCount > 0 && sort[0].ToInt32() < 0);
    }
}
