using System.Runtime.CompilerServices;

namespace VinCxr.Data.Stores.Sqlite;

internal sealed class SqliteLogStore(SqliteDatabase database) : ILogStore
{
    private const int PageRows = 1000;

    public Task<long> AppendAsync(string log, IReadOnlyList<string> entries, CancellationToken cancellationToken = default) =>
        database.WriteAsync(session => Append(session, log, Last(session, log), entries), cancellationToken);

    public Task<long> AppendAfterAsync(string log, long afterSequence, IReadOnlyList<string> entries, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            session => Last(session, log) == afterSequence ? Append(session, log, afterSequence, entries) : throw StoreErrors.LogGoesOn(log, afterSequence),
            cancellationToken);

    public async IAsyncEnumerable<LogEntry> ReadAsync(
        string log, long afterSequence = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        long after = afterSequence;
        while (true)
        {
            long start = after;
            var page = await database.ReadAsync(session => ReadPage(session, log, start), cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count < PageRows)
            {
                yield break;
            }

            after = page[^1].Sequence;
        }
    }

    public IAsyncEnumerable<string> ListLogsAsync(CancellationToken cancellationToken = default) =>
        database.ReadNamesAsync("SELECT min(log) FROM log_entries WHERE log > $1", cancellationToken);

    /// <summary>The writer's transaction holds the write lock over all processes, so nobody can take a number in between.</summary>
    private static long Append(SqliteSession session, string log, long last, IReadOnlyList<string> entries)
    {
        foreach (string text in entries)
        {
            session.Execute("INSERT INTO log_entries VALUES ($1, $2, $3)", log, ++last, text);
        }

        return last;
    }

    private static long Last(SqliteSession session, string log) =>
        session.Scalar("SELECT max(sequence) FROM log_entries WHERE log = $1", log) is long found ? found : 0;

    private static List<LogEntry> ReadPage(SqliteSession session, string log, long after)
    {
        using var reader = session
            .Command("SELECT sequence, text FROM log_entries WHERE log = $1 AND sequence > $2 ORDER BY sequence LIMIT $3", log, after, PageRows)
            .ExecuteReader();
        var page = new List<LogEntry>();
        while (reader.Read())
        {
            page.Add(new LogEntry(reader.GetInt64(0), reader.GetString(1)));
        }

        return page;
    }
}
