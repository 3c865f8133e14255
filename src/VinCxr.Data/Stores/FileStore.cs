using VinCxr.Core;
using VinCxr.Data.Stores.Sqlite;

namespace VinCxr.Data.Stores;

/// <summary>
/// A store in a local folder: blobs as files, documents and logs in one SQLite database (<c>store.db</c>). Several processes of one machine may
/// use it at once; the folder must not lie on a network file system, which SQLite's write-ahead log cannot share.
/// </summary>
internal sealed class FileStore : IStore
{
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);
    private readonly SqliteDatabase _database;

    private FileStore(string directory, FileBlobStore blobs, SqliteDatabase database)
    {
        Uri = StoreUri.FromDirectory(directory);
        Blobs = blobs;
        _database = database;
        Documents = new SqliteDocumentStore(database);
        Logs = new SqliteLogStore(database);
    }

    public string Uri { get; }

    public IBlobStore Blobs { get; }

    public IDocumentStore Documents { get; }

    public ILogStore Logs { get; }

    /// <param name="directory">Absolute path.</param>
    /// <exception cref="StoreException">No store there (without <paramref name="create"/>), a newer schema, or no access.</exception>
    public static Task<FileStore> OpenAsync(string directory, bool create, TimeProvider time, CancellationToken cancellationToken) =>
        Task.Run(() => Open(directory, create, time), cancellationToken);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static FileStore Open(string directory, bool create, TimeProvider time)
    {
        string databasePath = Path.Combine(directory, "store.db");
        try
        {
            if (!create && !File.Exists(databasePath))
            {
                string what = Directory.Exists(directory) ? "the folder is there but holds no store" : File.Exists(directory) ? "it is a file" : "no such folder";
                throw new StoreException($"store '{directory}': {what}; check the path, or create a store with 'vincxr dataset ingest'");
            }

            if (create)
            {
                CreateFolder(directory);
            }

            var blobs = new FileBlobStore(directory);
            blobs.CreateFolders(create);
            _ = blobs.RemoveAbandoned(time.GetUtcNow() - AbandonedAfter);
            return new FileStore(directory, blobs, SqliteDatabase.Open(directory, databasePath, create));
        }
        catch (Exception error) when (StoreErrors.IsKnown(error))
        {
            throw StoreErrors.Translate(directory, error);
        }
    }

    private static void CreateFolder(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string reason = File.Exists(directory) ? "it is a file" : "the folder cannot be made";
            throw new StoreException($"store '{directory}': {reason}; name another folder", error);
        }
    }
}
