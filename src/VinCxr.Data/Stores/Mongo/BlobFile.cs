using MongoDB.Bson;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// A document of <c>fs.files</c> as the GridFS specification has it, named by its sha256. Metadata lies in <c>metadata.pairs</c> as
/// <c>[{k, v}, …]</c>, so that any key can be stored and one index serves them all.
/// </summary>
internal sealed record BlobFile(ObjectId FilesId, int ChunkBytes, BlobInfo Info)
{
    public int ChunkCount => (int)((Info.Length + ChunkBytes - 1) / ChunkBytes);

    public static BlobFile Parse(BsonDocument document)
    {
        var pairs = document.GetValue("metadata", BsonNull.Value) is BsonDocument metadata ? metadata["pairs"].AsBsonArray : [];
        var info = new BlobInfo(
            document["filename"].AsString,
            document["length"].ToInt64(),
            new DateTimeOffset(document["uploadDate"].ToUniversalTime()),
            pairs.ToDictionary(p => p["k"].AsString, p => p["v"].AsString, StringComparer.Ordinal));
        return new BlobFile(document["_id"].AsObjectId, document["chunkSize"].ToInt32(), info);
    }

    public BsonDocument ToDocument()
    {
        var document = new BsonDocument
        {
            { "_id", FilesId }, { "length", Info.Length }, { "chunkSize", ChunkBytes }, { "uploadDate", Info.StoredAt.UtcDateTime },
            { "filename", Info.Id },
        };
        if (Info.Metadata.Count > 0)
        {
            document.Add("metadata", new BsonDocument("pairs", new BsonArray(Pairs(Info.Metadata))));
        }

        return document;
    }

    /// <summary>Matches blobs that have all of the pairs.</summary>
    public static BsonDocument Filter(IReadOnlyDictionary<string, string>? metadata) => metadata is { Count: > 0 }
        ? new BsonDocument("metadata.pairs", new BsonDocument("$all", new BsonArray(Pairs(metadata))))
        : [];

    private static IEnumerable<BsonDocument> Pairs(IReadOnlyDictionary<string, string> metadata) =>
        metadata.Select(p => new BsonDocument { { "k", p.Key }, { "v", p.Value } });
}
