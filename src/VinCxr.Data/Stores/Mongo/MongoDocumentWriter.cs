using MongoDB.Bson;
using MongoDB.Driver;

namespace VinCxr.Data.Stores.Mongo;

/// <param name="ExpectedEtag">As <see cref="IDocumentStore.PutAsync"/> takes it.</param>
/// <param name="Etag">The new one; names this very write.</param>
internal sealed record DocumentPut(string Collection, string Id, string Json, string? ExpectedEtag, string Etag);

/// <summary>
/// Puts of different documents in one bulk write. The server counts how many updates matched but does not say which; when some did not, or replies
/// were lost, each is looked up by its etag.
/// </summary>
internal sealed class MongoDocumentWriter(MongoSession session)
{
    private const int PastEtags = 16;
    private static readonly BulkWriteOptions Unordered = new() { IsOrdered = false };

    private enum Outcome
    {
        Written,

        /// <summary>Not by this try, but perhaps by an earlier one.</summary>
        Doubtful,
        Refused,

        /// <summary>Two upserts of a new document both tried to insert it; this one lost and finds it there when it tries again.</summary>
        Again,
    }

    /// <summary>True is the outcome of a put that is stored, false of one that met another etag.</summary>
    public async Task FlushAsync(IReadOnlyList<GroupedWrite<DocumentPut, bool>> writes, CancellationToken cancellationToken)
    {
        List<GroupedWrite<DocumentPut, bool>> pending = [.. writes];
        while (pending.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outcomes = await session.Retry.RunAsync(() => TryWriteAsync(pending, cancellationToken), cancellationToken).ConfigureAwait(false);
            List<GroupedWrite<DocumentPut, bool>> again = [];
            for (int i = 0; i < pending.Count; i++)
            {
                switch (outcomes[i].Outcome)
                {
                    case Outcome.Again:
                        again.Add(pending[i]);
                        break;
                    case Outcome.Refused:
                        pending[i].Fail(outcomes[i].Error!);
                        break;
                    default:
                        pending[i].Succeed(outcomes[i].Outcome == Outcome.Written);
                        break;
                }
            }

            pending = again;
        }
    }

    private async Task<(Outcome Outcome, Exception? Error)[]> TryWriteAsync(
        List<GroupedWrite<DocumentPut, bool>> writes, CancellationToken cancellationToken)
    {
        var outcomes = new (Outcome Outcome, Exception? Error)[writes.Count];
        BulkWriteResult<BsonDocument> result;
        try
        {
            result = await session.Documents.BulkWriteAsync(writes.Select(w => Model(w.Content)), Unordered, cancellationToken).ConfigureAwait(false);
        }
        catch (MongoBulkWriteException<BsonDocument> error) when (MongoErrors.IsPerWrite(error))
        {
            result = error.Result;
            foreach (var write in error.WriteErrors)
            {
                outcomes[write.Index] = write.Category != ServerErrorCategory.DuplicateKey ? (Outcome.Refused, (Exception?)MongoErrors.Refused(session.Store, write))
                    : writes[write.Index].Content.ExpectedEtag == "*" ? (Outcome.Again, null)
                    : (Outcome.Doubtful, null);
            }
        }

        bool isUpdate(int i) => writes[i].Content.ExpectedEtag is not null && outcomes[i].Outcome == Outcome.Written;
        if (Enumerable.Range(0, writes.Count).Count(isUpdate) > result.MatchedCount + result.Upserts.Count)
        {
            for (int i = 0; i < writes.Count; i++)
            {
                if (isUpdate(i) && writes[i].Content.ExpectedEtag != "*")
                {
                    outcomes[i] = (Outcome.Doubtful, null);
                }
            }
        }

        for (int i = 0; i < writes.Count; i++)
        {
            if (outcomes[i].Outcome == Outcome.Doubtful && await IsAppliedAsync(writes[i].Content, cancellationToken).ConfigureAwait(false))
            {
                outcomes[i] = (Outcome.Written, null);
            }
        }

        return outcomes;
    }

    private static WriteModel<BsonDocument> Model(DocumentPut put)
    {
        if (put.ExpectedEtag is null)
        {
            return new InsertOneModel<BsonDocument>(new BsonDocument
            {
                { "collection", put.Collection }, { "id", put.Id }, { "json", put.Json }, { "etag", put.Etag }, { "past", new BsonArray { put.Etag } },
            });
        }

        var update = new BsonDocument
        {
            { "$set", new BsonDocument { { "json", put.Json }, { "etag", put.Etag } } },
            { "$push", new BsonDocument("past", new BsonDocument { { "$each", new BsonArray { put.Etag } }, { "$slice", -PastEtags } }) },
        };
        var key = MongoDocumentStore.Key(put.Collection, put.Id);
        return put.ExpectedEtag == "*"
            ? new UpdateOneModel<BsonDocument>(key, update) { IsUpsert = true }
            : new UpdateOneModel<BsonDocument>(key.Add("etag", put.ExpectedEtag), update);
    }

    private Task<bool> IsAppliedAsync(DocumentPut put, CancellationToken cancellationToken) =>
        session.Latest(session.Documents).Find(MongoDocumentStore.Key(put.Collection, put.Id).Add("past", put.Etag)).Limit(1).AnyAsync(cancellationToken);
}
