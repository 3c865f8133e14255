using VinCxr.Core;

namespace VinCxr.Data.Stores.Sqlite;

/// <summary>Tables of <c>store.db</c> and the version they have.</summary>
internal static class SqliteSchema
{
    public const int Version = 1;

    private const int ApplicationId = 0x56435852; // "VCXR"

    private const string Tables = """
        CREATE TABLE documents (
            collection TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL, etag TEXT NOT NULL,
            PRIMARY KEY (collection, id));
        CREATE TABLE log_entries (
            log TEXT NOT NULL, sequence INTEGER NOT NULL, text TEXT NOT NULL,
            PRIMARY KEY (log, sequence)) WITHOUT ROWID;
        """;

    /// <summary>Creates the tables in an empty database; safe when several processes do so at once.</summary>
    public static void Create(SqliteSession session, string directory)
    {
        session.Scalar("PRAGMA journal_mode = WAL");
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            if (Read(session, "PRAGMA user_version") == 0)
            {
                if (Read(session, "SELECT count(*) FROM sqlite_master") > 0)
                {
                    throw Foreign(directory);
                }

                session.Execute(Tables);
                session.Execute($"PRAGMA application_id = {ApplicationId}");
                session.Execute($"PRAGMA user_version = {Version}");
            }

            session.Execute("COMMIT");
        }
        catch
        {
            session.Execute("ROLLBACK");
            throw;
        }
    }

    /// <exception cref="StoreException">Not our database, or written by a newer version.</exception>
    public static void Check(SqliteSession session, string directory)
    {
        if (Read(session, "PRAGMA application_id") != ApplicationId)
        {
            throw Foreign(directory);
        }

        long found = Read(session, "PRAGMA user_version");
        if (found > Version)
        {
            throw new StoreException(
                $"store '{directory}' has schema {found}, this build knows up to {Version}; use the newer vincxr that wrote it, or another store");
        }
    }

    private static long Read(SqliteSession session, string sql) => (long)session.Scalar(sql)!;

    private static StoreException Foreign(string directory) =>
        new($"store '{directory}': store.db is some other program's database; name another folder");
}
