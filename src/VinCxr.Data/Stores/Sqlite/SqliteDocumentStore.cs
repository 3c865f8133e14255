using System.Runtime.CompilerServices;
using VinCxr.Core;

namespace VinCxr.Data.Stores.Sqlite;

internal sealed class SqliteDocumentStore(SqliteDatabase database) : IDocumentStore
{
    private const int PageRows = 500;

    public Task<StoredDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            session =>
            {
                const string Sql = "SELECT json, etag FROM documents WHERE collection = $1 AND id = $2";
                using var reader = session.Command(Sql, collection, id).ExecuteReader();
                return reader.Read() ? new StoredDocument(id, reader.GetString(0), reader.GetString(1)) : null;
            },
            cancellationToken);

    public Task<string> PutAsync(string collection, string id, string json, string? expectedEtag, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            session =>
            {
                // Random, so that a document deleted and made again never has an etag it had before.
                string etag = Guid.NewGuid().ToString("N");
                int changed = expectedEtag switch
                {
                    null => session.Execute("INSERT INTO documents VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", collection, id, json, etag),
                    "*" => session.Execute("INSERT OR REPLACE INTO documents VALUES ($1, $2, $3, $4)", collection, id, json, etag),
                    _ => session.Execute(
                        "UPDATE documents SET json = $3, etag = $4 WHERE collection = $1 AND id = $2 AND etag = $5",
                        collection, id, json, etag, expectedEtag),
                };
                return changed == 1 ? etag : throw new ConflictException(expectedEtag is null
                    ? $"document '{collection}/{id}' exists already; read it and try again"
                    : $"document '{collection}/{id}' was changed or deleted by someone else; read it and try again");
            },
            cancellationToken);

    public Task DeleteAsync(string collection, string id, CancellationToken cancellationToken = default) =>
        database.WriteAsync(session => session.Execute("DELETE FROM documents WHERE collection = $1 AND id = $2", collection, id), cancellationToken);

    public async IAsyncEnumerable<StoredDocument> ListAsync(
        string collection, string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string from = prefix;
        bool isFirst = true;
        while (true)
        {
            string start = from;
            string comparison = isFirst ? ">=" : ">";
            var page = await database.ReadAsync(session => ReadPage(session, collection, start, comparison), cancellationToken).ConfigureAwait(false);
            foreach (var document in page)
            {
                // Ids come in byte order, where those with one prefix stand together.
                if (!document.Id.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield break;
                }

                yield return document;
            }

            if (page.Count < PageRows)
            {
                yield break;
            }

            from = page[^1].Id;
            isFirst = false;
        }
    }

    public IAsyncEnumerable<string> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        database.ReadNamesAsync("SELECT min(collection) FROM documents WHERE collection > $1", cancellationToken);

    private static List<StoredDocument> ReadPage(SqliteSession session, string collection, string from, string comparison)
    {
        string sql = $"SELECT id, json, etag FROM documents WHERE collection = $1 AND id {comparison} $2 ORDER BY id LIMIT $3";
        using var reader = session.Command(sql, collection, from, PageRows).ExecuteReader();
        var page = new List<StoredDocument>();
        while (reader.Read())
        {
            page.Add(new StoredDocument(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }

        return page;
    }
}
