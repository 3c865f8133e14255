using Microsoft.Data.Sqlite;
using VinCxr.Core;

namespace VinCxr.Data.Stores;

/// <summary>Turns what the file system and SQLite throw into one line for people.</summary>
internal static class StoreErrors
{
    // https://www.sqlite.org/rescode.html, primary result codes.
    private const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>True for the exceptions that <see cref="Translate"/> knows.</summary>
    public static bool IsKnown(Exception error) => error is IOException or UnauthorizedAccessException or SqliteException;

    /// <param name="directory">Folder of the store.</param>
    public static StoreException Translate(string directory, Exception error)
    {
        string reason = error switch
        {
            DirectoryNotFoundException or FileNotFoundException => Missing,
            SqliteException sqlite => Describe(sqlite),
            _ => OneLine(error.Message),
        };
        return new StoreException($"store '{directory}': {reason}", error);
    }

    /// <summary>A log does not end where its writer thinks.</summary>
    public static ConflictException LogGoesOn(string log, long after) => new($"log '{log}' does not end at entry {after}; read it and try again");

    public static StoreException Vanished(string directory) => new($"store '{directory}': {Missing}");

    private const string Missing = "it is gone, in whole or in part; restore the folder or its mount, then try again";

    private static string Describe(SqliteException error) => error.SqliteErrorCode switch
    {
        Busy or Locked => "another process keeps its database locked; try again, or end that process",
        ReadOnly => "its database is read-only; check the rights on the folder",
        IoError => "its database cannot be read or written (I/O error); check the disk and its mount",
        Corrupt => "its database is damaged; restore store.db from a backup",
        Full => "no space is left on its disk; free some and try again",
        CannotOpen => "its database cannot be opened; check that the folder exists and may be written",
        NotADatabase => "store.db is not a database; name another folder or restore the file",
        _ => OneLine(error.Message),
    };

    public static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
