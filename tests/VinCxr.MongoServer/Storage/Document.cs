using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace VinCxr.MongoServer.Storage;

/// <summary>A stored document: its bytes, and its fields for queries. Immutable; an update makes another.</summary>
internal sealed class Document
{
    private const int LargeBytes = 4096;

    public Document(byte[] raw)
    {
        Raw = raw;
        Fields = raw.Length > LargeBytes ? new RawBsonDocument(raw) : BsonSerializer.Deserialize<BsonDocument>(raw);
    }

    public byte[] Raw { get; }

    /// <summary>Large documents stay bytes and are read field by field, so that chunks are neither copied nor held twice.</summary>
    public BsonDocument Fields { get; }
}
