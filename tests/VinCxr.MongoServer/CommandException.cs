namespace VinCxr.MongoServer;

/// <summary>An error that is the answer to a command.</summary>
/// <param name="code">As in MongoDB's error_codes.yml.</param>
internal sealed class CommandException(int code, string message) : Exception(message)
{
    public const int BadValue = 2, CursorNotFound = 43, CommandNotFound = 59, NotWritablePrimary = 10107, DuplicateKey = 11000;

    public int Code => code;
}
