using MongoDB.Bson;
using VinCxr.MongoServer.Storage;
using VinCxr.MongoServer.Wire;

namespace VinCxr.MongoServer.Commands;

/// <summary>Finds the command a request names, and answers a write that is sent again with what it was answered the first time.</summary>
internal sealed class CommandTable
{
    private readonly Dictionary<string, Func<Request, Reply>> _commands = new(StringComparer.Ordinal);
    private readonly RetriedWrites _retried = new();
    private readonly Handshake _handshake;

    public CommandTable(string address, Catalog catalog, ServerCounters counters)
    {
        _handshake = new Handshake(address);
        var reads = new ReadCommands(catalog);
        var writes = new WriteCommands(catalog, counters);
        var admin = new AdminCommands(catalog);
        _commands["find"] = reads.Find;
        _commands["getMore"] = reads.GetMore;
        _commands["killCursors"] = reads.KillCursors;
        _commands["count"] = reads.Count;
        _commands["distinct"] = reads.Distinct;
        _commands["aggregate"] = reads.Aggregate;
        _commands["insert"] = writes.Insert;
        _commands["update"] = writes.Update;
        _commands["delete"] = writes.Delete;
        _commands["findAndModify"] = _commands["findandmodify"] = writes.FindAndModify;
        _commands["createIndexes"] = admin.CreateIndexes;
        _commands["dropIndexes"] = admin.DropIndexes;
        _commands["listIndexes"] = admin.ListIndexes;
        _commands["listCollections"] = admin.ListCollections;
        _commands["create"] = admin.Create;
        _commands["drop"] = admin.Drop;
        _commands["dropDatabase"] = admin.DropDatabase;
        _commands["ping"] = _commands["endSessions"] = static _ => new Reply(new BsonDocument());
        _commands["buildInfo"] = static _ => new Reply(new BsonDocument { { "version", "7.0.0" }, { "versionArray", new BsonArray { 7, 0, 0, 0 } } });
    }

    public static Reply NotPrimary => Error(new CommandException(CommandException.NotWritablePrimary, "not primary"));

    public Reply Run(Request request, int connection)
    {
        try
        {
            return request.Name is "hello" or "isMaster" or "ismaster" ? _handshake.Answer(connection)
                : !_commands.TryGetValue(request.Name, out var command)
                    ? throw new CommandException(
                        CommandException.CommandNotFound, $"no such command: '{request.Name}' (this test server knows no more than its tests need)")
                    : _retried.Run(request, command);
        }
        catch (CommandException error)
        {
            return Error(error);
        }
    }

    private static Reply Error(CommandException error)
    {
        var fields = new BsonDocument { { "ok", 0.0 }, { "errmsg", error.Message }, { "code", error.Code }, { "codeName", $"Error{error.Code}" } };
        if (error.Code == CommandException.NotWritablePrimary)
        {
            fields.Add("errorLabels", new BsonArray { "RetryableWriteError" });
        }

        return new Reply(fields);
    }
}
