using MongoDB.Bson;
using VinCxr.MongoServer.Query;

namespace VinCxr.MongoServer.Storage;

/// <summary>Documents and their indexes. Callers hold <see cref="Gate"/> around what must be seen as one step.</summary>
internal sealed class Collection
{
    private readonly List<Index> _indexes = [new Index(new BsonDocument("_id", 1), "_id_", isUnique: true, isSparse: false)];
    private readonly string _name;

    public Collection(string name) => _name = name;

    public Lock Gate { get; } = new();

    public IEnumerable<BsonDocument> Indexes => _indexes.Select(i => i.Description);

    /// <returns>Whether it is new.</returns>
    public bool CreateIndex(BsonDocument keys, string name, bool isUnique, bool isSparse)
    {
        if (_indexes.Exists(i => i.Name == name))
        {
            return false;
        }

        var index = new Index(keys, name, isUnique, isSparse);
        foreach (var document in Query([], []))
        {
            index.ThrowIfTaken(document, replaced: null, _name);
            index.Add(document);
        }

        _indexes.Add(index);
        return true;
    }

    public void DropIndexes(string name) => _indexes.RemoveAll(i => i.Name != "_id_" && (name == "*" || i.Name == name));

    /// <summary>Lazily; the gate must be held while it is read.</summary>
    public IEnumerable<Document> Query(BsonDocument filter, BsonDocument sort)
    {
        var plan = Plan.Choose(_indexes, filter, sort);
        var matches = plan.Candidates.Where(d => Filter.Matches(d.Fields, filter));
        if (plan.IsSorted)
        {
            return matches;
        }

        IOrderedEnumerable<Document>? ordered = null;
        foreach (var field in sort)
        {
            BsonValue Key(Document d) => FieldPath.Find(d.Fields, field.Name).FirstOrDefault(BsonNull.Value);
            bool isDescending = field.Value.ToInt32() < 0;
            ordered = (ordered, isDescending) switch
            {
                (null, false) => matches.OrderBy(Key, ValueOrder.Instance),
                (null, true) => matches.OrderByDescending(Key, ValueOrder.Instance),
                (_, false) => ordered.ThenBy(Key, ValueOrder.Instance),
                (_, true) => ordered.ThenByDescending(Key, ValueOrder.Instance),
            };
        }

        return ordered ?? matches;
    }

    /// <exception cref="CommandException">A unique index refuses it.</exception>
    public void Insert(Document document) => Replace(old: null, document);

    public void Replace(Document? old, Document document)
    {
        _indexes.ForEach(i => i.ThrowIfTaken(document, old, _name));
        foreach (var index in _indexes)
        {
            if (old is not null)
            {
                index.Remove(old);
            }

            index.Add(document);
        }
    }

    public void Delete(Document document) => _indexes.ForEach(i => i.Remove(document));
}
