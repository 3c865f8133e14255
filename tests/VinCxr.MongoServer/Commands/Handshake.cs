using MongoDB.Bson;
using VinCxr.MongoServer.Wire;

namespace VinCxr.MongoServer.Commands;

/// <summary>What the server says about itself: the primary, and only member, of a replica set.</summary>
internal sealed class Handshake(string address)
{
    private const int WireVersion = 21;
    private readonly ObjectId _election = ObjectId.GenerateNewId();

    public Reply Answer(int connection) => new(new BsonDocument
    {
        { "helloOk", true }, { "ismaster", true }, { "isWritablePrimary", true }, { "secondary", false },
        { "setName", "rs0" }, { "setVersion", 1 }, { "electionId", _election },
        { "hosts", new BsonArray { address } }, { "primary", address }, { "me", address },
        { "maxBsonObjectSize", 16 << 20 }, { "maxMessageSizeBytes", 48_000_000 }, { "maxWriteBatchSize", 100_000 },
        { "localTime", new BsonDateTime(TimeProvider.System.GetUtcNow().UtcDateTime) }, { "logicalSessionTimeoutMinutes", 30 },
        { "connectionId", connection }, { "minWireVersion", 0 }, { "maxWireVersion", WireVersion }, { "readOnly", false },
    });
}
