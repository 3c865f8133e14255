using System.Collections.Concurrent;
using MongoDB.Bson;
using MongoDB.Driver;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>
/// Inserts the chunks of one upload in batches, one of which travels while the next is filled, and keeps its record fresh. Chunks that are there
/// already are left as they are; after a broken connection only those that did not arrive are sent again.
/// </summary>
internal sealed class ChunkSender(MongoSession session, UploadRecords records, Upload upload) : IAsyncDisposable
{
    private readonly ConcurrentBag<byte[]> _free = [];
    private readonly int _batchCount = Math.Max(1, session.Options.BatchBytes / upload.ChunkBytes);
    private List<BsonDocument> _batch = [];
    private Task<bool> _travelling = Task.FromResult(true);
    private bool _hasFlushed;
    private DateTime _written = upload.Written;

    /// <summary>The server's clock at the last batch.</summary>
    public DateTime Written => _written;

    /// <summary>Numbers of the chunks that are in the store.</summary>
    public async Task<HashSet<int>> FindPresentAsync(CancellationToken cancellationToken) =>
        upload.MayHaveChunks ? await QueryPresentAsync(new BsonDocument("files_id", upload.FilesId), cancellationToken).ConfigureAwait(false) : [];

    /// <summary>A buffer for one chunk of exactly <paramref name="length"/> bytes, to be handed to <see cref="AddAsync"/>.</summary>
    public byte[] Rent(int length) => length == upload.ChunkBytes && _free.TryTake(out byte[]? buffer) ? buffer : new byte[length];

    /// <returns>False when the upload was removed or ended by someone else; nothing more needs to be sent.</returns>
    public async Task<bool> AddAsync(int number, byte[] data, CancellationToken cancellationToken)
    {
        _batch.Add(new BsonDocument { { "_id", ObjectId.GenerateNewId() }, { "files_id", upload.FilesId }, { "n", number }, { "data", data } });
        return _batch.Count < _batchCount || await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="AddAsync"/>
    public async Task<bool> CompleteAsync(CancellationToken cancellationToken)
    {
        if (!_hasFlushed)
        {
            // All of it is one batch: the record was written a moment ago.
            await SendAsync(_batch, cancellationToken).ConfigureAwait(false);
            return true;
        }

        return await FlushAsync(cancellationToken).ConfigureAwait(false) && await _travelling.ConfigureAwait(false);
    }

    /// <summary>Waits for the batch under way, whose error has been reported or does not matter any more.</summary>
    public async ValueTask DisposeAsync() => await ((Task)_travelling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<bool> FlushAsync(CancellationToken cancellationToken)
    {
        if (!await _travelling.ConfigureAwait(false))
        {
            return false;
        }

        _hasFlushed = true;
        var batch = _batch;
        _batch = [];
        _travelling = batch.Count == 0 ? Task.FromResult(true) : SendAndTouchAsync(batch, cancellationToken);
        return true;
    }

    private async Task<bool> SendAndTouchAsync(List<BsonDocument> batch, CancellationToken cancellationToken)
    {
        await SendAsync(batch, cancellationToken).ConfigureAwait(false);
        if (await records.TouchAsync(upload, cancellationToken).ConfigureAwait(false) is not { } written)
        {
            return false;
        }

        _written = written;
        return true;
    }

    private async Task SendAsync(List<BsonDocument> batch, CancellationToken cancellationToken)
    {
        await session.Retry.RunAsync(
            async attempt =>
            {
                await InsertAsync(attempt == 0 ? batch : await WithoutPresentAsync(batch, cancellationToken).ConfigureAwait(false), cancellationToken)
                    .ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        foreach (byte[] data in batch.Select(c => c["data"].AsByteArray).Where(d => d.Length == upload.ChunkBytes))
        {
            _free.Add(data);
        }
    }

    private async Task InsertAsync(List<BsonDocument> chunks, CancellationToken cancellationToken)
    {
        if (chunks.Count == 0)
        {
            return;
        }

        try
        {
            await session.Chunks.InsertManyAsync(chunks, new InsertManyOptions { IsOrdered = false }, cancellationToken).ConfigureAwait(false);
        }
        catch (MongoBulkWriteException error) when (MongoErrors.IsDuplicate(error))
        {
            // Another writer of the same content, or a try of ours whose reply was lost, put the same bytes there.
        }
    }

    private async Task<List<BsonDocument>> WithoutPresentAsync(List<BsonDocument> batch, CancellationToken cancellationToken)
    {
        var numbers = new BsonDocument { { "$gte", batch[0]["n"] }, { "$lte", batch[^1]["n"] } };
        var filter = new BsonDocument { { "files_id", upload.FilesId }, { "n", numbers } };
        var present = await QueryPresentAsync(filter, cancellationToken).ConfigureAwait(false);
        return batch.FindAll(c => !present.Contains(c["n"].AsInt32));
    }

    private Task<HashSet<int>> QueryPresentAsync(BsonDocument filter, CancellationToken cancellationToken) => session.Retry.RunAsync(
        async () =>
        {
            var chunks = await session.Chunks.Find(filter).Project(new BsonDocument { { "_id", 0 }, { "n", 1 } }).ToListAsync(cancellationToken)
                .ConfigureAwait(false);
            return chunks.Select(c => c["n"].AsInt32).ToHashSet();
        },
        cancellationToken);
}
