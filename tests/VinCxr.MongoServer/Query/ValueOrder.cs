using System.Text;
using MongoDB.Bson;

namespace VinCxr.MongoServer.Query;

/// <summary>MongoDB's order of values: by type first, numbers of all types together, strings by their UTF-8 bytes.</summary>
internal sealed class ValueOrder : IComparer<BsonValue>
{
    public static ValueOrder Instance { get; } = new();

    public int Compare(BsonValue? x, BsonValue? y)
    {
        int rank = Rank(x!).CompareTo(Rank(y!));
        return rank != 0 ? rank : (x, y) switch
        {
            (BsonString a, BsonString b) => CompareUtf8(a.Value, b.Value),
            (BsonDocument a, BsonDocument b) => CompareDocuments(a, b),
            (BsonArray a, BsonArray b) => CompareArrays(a, b),
            _ => x!.CompareTo(y),
        };
    }

    public bool AreEqual(BsonValue x, BsonValue y) => Compare(x, y) == 0;

    /// <summary>True when both are of one kind, so that <c>$lt</c> and its like may match at all.</summary>
    public static bool AreComparable(BsonValue x, BsonValue y) => Rank(x) == Rank(y);

    private static int Rank(BsonValue value) => value.BsonType switch
    {
        BsonType.MinKey => 0,
        BsonType.Undefined or BsonType.Null => 1,
        BsonType.Double or BsonType.Int32 or BsonType.Int64 or BsonType.Decimal128 => 2,
        BsonType.Symbol or BsonType.String => 3,
        BsonType.Document => 4,
        BsonType.Array => 5,
        BsonType.Binary => 6,
        BsonType.ObjectId => 7,
        BsonType.Boolean => 8,
        BsonType.DateTime => 9,
        BsonType.Timestamp => 10,
        BsonType.RegularExpression => 11,
        _ => 12,
    };

    private static int CompareUtf8(string a, string b)
    {
        // UTF-16 order differs from UTF-8 order only where surrogates are involved.
        int common = a.AsSpan().CommonPrefixLength(b);
        return common == a.Length || common == b.Length ? a.Length.CompareTo(b.Length)
            : !char.IsSurrogate(a[common]) && !char.IsSurrogate(b[common]) ? a[common].CompareTo(b[common])
            : Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));
    }

    private int CompareDocuments(BsonDocument a, BsonDocument b)
    {
        for (int i = 0; i < Math.Min(a.ElementCount, b.ElementCount); i++)
        {
            int names = CompareUtf8(a.GetElement(i).Name, b.GetElement(i).Name);
            int values = names != 0 ? names : Compare(a[i], b[i]);
            if (values != 0)
            {
                return values;
            }
        }

        return a.ElementCount.CompareTo(b.ElementCount);
    }

    private int CompareArrays(BsonArray a, BsonArray b)
    {
        for (int i = 0; i < Math.Min(a.Count, b.Count); i++)
        {
            int values = Compare(a[i], b[i]);
            if (values != 0)
            {
                return values;
            }
        }

        return a.Count.CompareTo(b.Count);
    }
}
