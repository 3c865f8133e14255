using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Driver;
using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>Sorts what the driver throws: what may pass by itself, what is somebody's duplicate, and one line for people for the rest.</summary>
internal static class MongoErrors
{
    private const int DuplicateKey = 11000;

    /// <summary>True for the exceptions that <see cref="Translate"/> knows.</summary>
    public static bool IsKnown(Exception error) =>
        error is MongoException or TimeoutException or IOException or SocketException or BsonException or FormatException;

    /// <summary>True when the same operation may succeed if tried again; it may or may not have been applied.</summary>
    public static bool IsTransient(Exception error) => error switch
    {
        MongoAuthenticationException => false,
        MongoConnectionException or MongoNotPrimaryException or MongoNodeIsRecoveringException or MongoCursorNotFoundException => true,
        MongoWaitQueueFullException or MongoConnectionPoolPausedException => true,
        MongoException mongo => mongo.HasErrorLabel("RetryableWriteError") || mongo.HasErrorLabel("TransientTransactionError"),
        _ => error is IOException or SocketException,
    };

    /// <summary>True when nothing but unique indexes refused a write.</summary>
    public static bool IsDuplicate(Exception error) => error switch
    {
        MongoWriteException write => write.WriteError?.Category == ServerErrorCategory.DuplicateKey,
        MongoBulkWriteException bulk => bulk.WriteConcernError is null && bulk.WriteErrors.Count > 0
            && bulk.WriteErrors.All(e => e.Category == ServerErrorCategory.DuplicateKey),
        MongoCommandException command => command.Code == DuplicateKey,
        _ => false,
    };

    /// <summary>True when the server carried out the whole bulk and says which writes it refused; the others are applied and durable.</summary>
    public static bool IsPerWrite(MongoBulkWriteException<BsonDocument> error) =>
        error.WriteConcernError is null && error.WriteErrors.Count > 0 && error.UnprocessedRequests.Count == 0;

    /// <summary>One write of a bulk that the server refuses for a reason of its own.</summary>
    public static Exception Refused(string store, WriteError error) => new StoreException($"store '{store}': {StoreErrors.OneLine(error.Message)}");

    /// <param name="store">Canonical URI.</param>
    public static StoreException Translate(string store, IMongoClient client, Exception error)
    {
        string reason = error switch
        {
            TimeoutException when error.Message.Contains("selecting a server", StringComparison.OrdinalIgnoreCase) => NoServer(client),
            MongoAuthenticationException => "the server refuses these credentials; check user, password and authSource",
            MongoConnectionException connection => $"the connection breaks again and again ({Innermost(connection)}); check the server and the network",
            MongoCommandException { Code: 13 } => "this user may not do that; it needs the role readWrite on the database",
            MongoWriteException { WriteError: { } write } => StoreErrors.OneLine(write.Message),
            MongoNotPrimaryException or MongoNodeIsRecoveringException => "it has no primary that takes writes; check the replica set",
            _ => StoreErrors.OneLine(error.Message),
        };
        return new StoreException($"store '{store}': {reason}", error);
    }

    private static string NoServer(IMongoClient client)
    {
        var servers = client.Cluster.Description.Servers;
        var failures = servers.Where(s => s.HeartbeatException is not null).Select(s => Innermost(s.HeartbeatException)).Distinct().ToArray();
        string why = failures.Length > 0 ? $" ({string.Join("; ", failures)})" : servers.Count > 0 ? " (none is a primary that may be used)" : "";
        return $"no server answers within {client.Settings.ServerSelectionTimeout.TotalSeconds:0.###} s{why}; check that it runs, its address and the network";
    }

    private static string Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return StoreErrors.OneLine(error.Message);
    }
}
