using MongoDB.Bson;
using VinCxr.MongoServer.Query;

namespace VinCxr.MongoServer.Storage;

/// <param name="Key">Values of the index's fields, or of its first fields for a bound.</param>
/// <param name="Order">Tells entries of equal keys apart; the extremes are bounds before and after all of a prefix.</param>
internal sealed record IndexEntry(IReadOnlyList<BsonValue> Key, long Order, Document? Document);

/// <summary>Documents in the order of some fields. Directions are not kept: an ascending index is read backwards just as well.</summary>
internal sealed class Index(BsonDocument keys, string name, bool isUnique, bool isSparse)
{
    private readonly SortedSet<IndexEntry> _entries = new(new EntryOrder());
    private readonly Dictionary<Document, List<IndexEntry>> _byDocument = [];
    private long _order;

    public IReadOnlyList<string> Fields { get; } = [.. keys.Names];

    public string Name => name;

    /// <summary>True once a document had an array at the indexed field.</summary>
    public bool IsMultikey { get; private set; }

    public BsonDocument Description =>
        new() { { "v", 2 }, { "key", keys }, { "name", name }, { "unique", isUnique }, { "sparse", isSparse } };

    /// <exception cref="CommandException">Another document has the key of a unique index.</exception>
    /// <param name="replaced">A document that is about to go and may share the key.</param>
    public void ThrowIfTaken(Document document, Document? replaced, string collection)
    {
        if (isUnique && KeysOf(document).FirstOrDefault(key => Between(key, key).Any(e => e.Document != replaced)) is { } taken)
        {
            var shown = new BsonDocument(Fields.Zip(taken, (field, value) => new BsonElement(field, value)));
            throw new CommandException(CommandException.DuplicateKey, $"E11000 duplicate key error collection: {collection} index: {name} dup key: {shown}");
        }
    }

    public void Add(Document document)
    {
        List<IndexEntry> entries = [.. KeysOf(document).Select(key => new IndexEntry(key, ++_order, document))];
        entries.ForEach(e => _entries.Add(e));
        _byDocument.Add(document, entries);
        IsMultikey |= entries.Count > 1;
    }

    public void Remove(Document document)
    {
        if (_byDocument.Remove(document, out var entries))
        {
            entries.ForEach(e => _entries.Remove(e));
        }
    }

    /// <summary>Entries from the first with prefix <paramref name="low"/> to the last with prefix <paramref name="high"/>.</summary>
    public SortedSet<IndexEntry> Between(IReadOnlyList<BsonValue> low, IReadOnlyList<BsonValue> high)
    {
        var from = new IndexEntry(low, long.MinValue, null);
        var to = new IndexEntry(high, long.MaxValue, null);
        return _entries.Comparer.Compare(from, to) <= 0 ? _entries.GetViewBetween(from, to) : [];
    }

    private IEnumerable<BsonValue[]> KeysOf(Document document)
    {
        BsonValue[][] values = [.. Fields.Select(f => FieldPath.Find(document.Fields, f).ToArray())];
        if (isSparse && values.All(v => v.Length == 0))
        {
            return [];
        }

        return Fields.Count == 1 && values[0] is [BsonArray { Count: > 0 } array]
            ? array.Distinct().Select(v => new[] { v })
            : [[.. values.Select(v => v.Length > 0 ? v[0] : BsonNull.Value)]];
    }

    private sealed class EntryOrder : IComparer<IndexEntry>
    {
        public int Compare(IndexEntry? x, IndexEntry? y)
        {
            for (int i = 0; i < Math.Min(x!.Key.Count, y!.Key.Count); i++)
            {
                int order = ValueOrder.Instance.Compare(x.Key[i], y.Key[i]);
                if (order != 0)
                {
                    return order;
                }
            }

            return x.Order.CompareTo(y.Order);
        }
    }
}
