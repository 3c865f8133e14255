using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace VinCxr.Data.Stores.Sqlite;

/// <summary>
/// <c>store.db</c> in WAL mode: reads run on the thread pool on connections of their own, writes go through one <see cref="SqliteWriter"/>,
/// so no caller's thread ever waits for the disk.
/// </summary>
internal sealed class SqliteDatabase : IAsyncDisposable
{
    private static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(30);
    private readonly string _directory;
    private readonly string _path;
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly SqliteWriter _writer;

    private SqliteDatabase(string directory, string path, SqliteSession session)
    {
        _directory = directory;
        _path = path;
        _writer = new SqliteWriter(session, ThrowIfVanished, error => StoreErrors.Translate(directory, error));
    }

    public static SqliteDatabase Open(string directory, string path, bool create)
    {
        var session = new SqliteSession(path, create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite, BusyTimeout);
        try
        {
            if (create)
            {
                SqliteSchema.Create(session, directory);
            }

            SqliteSchema.Check(session, directory);
            return new SqliteDatabase(directory, path, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a query on the thread pool.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteSession, T> query, CancellationToken cancellationToken) => Task.Run(() => Read(query), cancellationToken);

    /// <summary>Distinct names, each found by one seek in the index, however many rows have it.</summary>
    /// <param name="nextSql">Gives the smallest name above <c>$1</c>.</param>
    public async IAsyncEnumerable<string> ReadNamesAsync(
        string nextSql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string last = "";
        while (await ReadAsync(session => session.Scalar(nextSql, last) as string, cancellationToken).ConfigureAwait(false) is { } name)
        {
            yield return last = name;
        }
    }

    /// <inheritdoc cref="SqliteWriter.RunAsync{T}"/>
    public Task<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken) => _writer.RunAsync(write, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        while (_readers.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private T Read<T>(Func<SqliteSession, T> query)
    {
        SqliteSession? session = null;
        try
        {
            ThrowIfVanished();
            session = _readers.TryTake(out var idle) ? idle : new SqliteSession(_path, SqliteOpenMode.ReadWrite, BusyTimeout);
            var result = query(session);
            _readers.Add(session);
            return result;
        }
        catch (Exception error)
        {
            session?.Dispose();
            if (StoreErrors.IsKnown(error))
            {
                throw StoreErrors.Translate(_directory, error);
            }

            throw;
        }
    }

    /// <summary>An open SQLite file goes on working after it was unlinked, and everything written to it would be lost without a word.</summary>
    private void ThrowIfVanished()
    {
        if (!File.Exists(_path))
        {
            throw StoreErrors.Vanished(_directory);
        }
    }
}
