using System.Security.Cryptography;
using MongoDB.Bson;
using MongoDB.Driver;
using VinCxr.Core;

namespace VinCxr.Data.Stores.Mongo;

/// <summary>The two ways to put a blob: known before it is sent (and then resumable), or found out on the way.</summary>
internal sealed class BlobUpload(MongoSession session, UploadRecords records, BlobRemoval removal)
{
    private const int MaxRounds = 5;

    /// <summary>Hashes first, then sends the chunks that are not there. What an earlier put of the same content sent is not sent again.</summary>
    public async Task<BlobInfo> PutSeekableAsync(Stream content, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        long start = content.Position;
        int scannedBytes = session.Options.ChunkBytes;
        var scan = await ContentScan.RunAsync(content, scannedBytes, cancellationToken).ConfigureAwait(false);
        for (int round = 0; round < MaxRounds; round++)
        {
            if (await FindWholeAsync(scan.Id, cancellationToken).ConfigureAwait(false) is { } existing)
            {
                return existing.Info;
            }

            var upload = await records.ClaimAsync(scan.Id, cancellationToken).ConfigureAwait(false);
            content.Position = start;
            if (upload.ChunkBytes != scannedBytes)
            {
                // Begun by a build that cut its chunks otherwise.
                scannedBytes = upload.ChunkBytes;
                string id = scan.Id;
                scan = await ContentScan.RunAsync(content, scannedBytes, cancellationToken).ConfigureAwait(false);
                ThrowIfChanged(scan.Id != id, id);
                content.Position = start;
            }

            if (await SendAsync(upload, content, scan, cancellationToken).ConfigureAwait(false) is { } written
                && await PublishAsync(upload, ToFile(upload, scan.Id, scan.Length, written, metadata), cancellationToken).ConfigureAwait(false) is { } info)
            {
                return info;
            }
        }

        throw new StoreException(
            $"store '{session.Store}': blob '{scan.Id}' was removed {MaxRounds} times while it was put; let no one delete it and try again");
    }

    /// <summary>Sends what comes under an id of its own and names it at the end. A put that fails takes its chunks away.</summary>
    public async Task<BlobInfo> PutStreamAsync(Stream content, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        var upload = await records.BeginAsync(cancellationToken).ConfigureAwait(false);
        bool isPublished = false;
        try
        {
            var (id, length, written) = await SendAsync(upload, content, cancellationToken).ConfigureAwait(false);
            if (await FindWholeAsync(id, cancellationToken).ConfigureAwait(false) is { } existing)
            {
                return existing.Info;
            }

            var info = await PublishAsync(upload, ToFile(upload, id, length, written, metadata), cancellationToken).ConfigureAwait(false);
            isPublished = info is not null;
            return info ?? throw Lost();
        }
        finally
        {
            if (!isPublished)
            {
                await removal.DiscardQuietlyAsync(upload.FilesId).ConfigureAwait(false);
            }
        }
    }

    /// <returns>The server's clock, or null when the upload was removed or ended by someone else.</returns>
    private async Task<DateTime?> SendAsync(Upload upload, Stream content, ContentScan scan, CancellationToken cancellationToken)
    {
        var sender = new ChunkSender(session, records, upload);
        await using (sender.ConfigureAwait(false))
        {
            var present = await sender.FindPresentAsync(cancellationToken).ConfigureAwait(false);
            for (int number = 0; number < scan.Sums.Count; number++)
            {
                int length = (int)Math.Min(upload.ChunkBytes, scan.Length - ((long)number * upload.ChunkBytes));
                if (present.Contains(number))
                {
                    content.Seek(length, SeekOrigin.Current);
                    continue;
                }

                byte[] data = sender.Rent(length);
                int count = await content.ReadAtLeastAsync(data, length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                ThrowIfChanged(count < length || ContentScan.Sum(data) != scan.Sums[number], scan.Id);
                if (!await sender.AddAsync(number, data, cancellationToken).ConfigureAwait(false))
                {
                    return null;
                }
            }

            return await sender.CompleteAsync(cancellationToken).ConfigureAwait(false) ? sender.Written : null;
        }
    }

    private async Task<(string Id, long Length, DateTime Written)> SendAsync(Upload upload, Stream content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        var sender = new ChunkSender(session, records, upload);
        await using (sender.ConfigureAwait(false))
        {
            for (int number = 0; ; number++)
            {
                byte[] data = sender.Rent(upload.ChunkBytes);
                int count = await content.ReadAtLeastAsync(data, data.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                hash.AppendData(data, 0, count);
                length += count;
                bool isLast = count < data.Length;
                if (count > 0 && !await sender.AddAsync(number, isLast ? data[..count] : data, cancellationToken).ConfigureAwait(false))
                {
                    throw Lost();
                }

                if (isLast)
                {
                    break;
                }
            }

            bool isAlive = await sender.CompleteAsync(cancellationToken).ConfigureAwait(false);
            return isAlive ? (Convert.ToHexStringLower(hash.GetHashAndReset()), length, sender.Written) : throw Lost();
        }
    }

    /// <summary>Makes the blob visible.</summary>
    /// <returns>The blob under that name, which may be someone else's, or null when the chunks were removed meanwhile.</returns>
    private async Task<BlobInfo?> PublishAsync(Upload upload, BlobFile file, CancellationToken cancellationToken)
    {
        if (!await TryInsertAsync(file, cancellationToken).ConfigureAwait(false))
        {
            var taken = await FindLatestAsync(file.Info.Id, cancellationToken).ConfigureAwait(false);
            if (taken is not null && taken.FilesId != upload.FilesId)
            {
                // Another upload of the same content was faster; ours is not needed.
                await removal.DiscardAsync(upload.FilesId, cancellationToken).ConfigureAwait(false);
                return taken.Info;
            }

            file = taken ?? file;
        }

        if (await records.EndAsync(upload, cancellationToken).ConfigureAwait(false))
        {
            return file.Info;
        }

        // Ended by a writer of the same content, or removed as abandoned after a very long pause: the chunks tell.
        return await FindWholeAsync(file.Info.Id, cancellationToken).ConfigureAwait(false) is { } whole ? whole.Info : null;
    }

    /// <returns>The blob, if all of its chunks are there. One that lacks some is worth nothing and is deleted.</returns>
    private async Task<BlobFile?> FindWholeAsync(string id, CancellationToken cancellationToken)
    {
        if (await session.FindFileAsync(id, cancellationToken).ConfigureAwait(false) is not { } file)
        {
            return null;
        }

        if (await session.CountChunksAsync(file.FilesId, cancellationToken).ConfigureAwait(false) == file.ChunkCount)
        {
            return file;
        }

        await removal.DeleteAsync(file.FilesId, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private Task<bool> TryInsertAsync(BlobFile file, CancellationToken cancellationToken) => session.Retry.RunAsync(
        async () =>
        {
            try
            {
                await session.Files.InsertOneAsync(file.ToDocument(), cancellationToken: cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (MongoWriteException error) when (MongoErrors.IsDuplicate(error))
            {
                return false;
            }
        },
        cancellationToken);

    private Task<BlobFile?> FindLatestAsync(string id, CancellationToken cancellationToken) => session.Retry.RunAsync(
        async () => await session.Latest(session.Files).Find(new BsonDocument("filename", id)).FirstOrDefaultAsync(cancellationToken)
            .ConfigureAwait(false) is { } found ? BlobFile.Parse(found) : null,
        cancellationToken);

    private static BlobFile ToFile(Upload upload, string id, long length, DateTime written, IReadOnlyDictionary<string, string> metadata) =>
        new(upload.FilesId, upload.ChunkBytes, new BlobInfo(id, length, new DateTimeOffset(written), metadata));

    private void ThrowIfChanged(bool isChanged, string id)
    {
        if (isChanged)
        {
            throw new StoreException($"store '{session.Store}': the content of blob '{id}' changed while it was put; try again once nobody writes to it");
        }
    }

    private StoreException Lost() =>
        new($"store '{session.Store}': an upload was removed as abandoned before it was complete; try again");
}
