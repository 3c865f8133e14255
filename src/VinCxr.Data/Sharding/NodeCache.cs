using System.Collections.Concurrent;
using System.Security.Cryptography;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Sharding;

/// <summary>
/// Local copies of shards, shared by the processes of a node: content-addressed files, least recently used evicted first.
/// <para>
/// The time of a file's last write is the time of its last use. A file used within <see cref="Grace"/> is never evicted, which covers the time from
/// handing out a path to mapping it; a file evicted while mapped stays readable until it is unmapped (POSIX), or is not evicted (Windows). So the
/// limit can be exceeded by what was used in the last minutes. Uses and evictions exclude each other over all processes by a lock on a file.
/// </para>
/// </summary>
/// <param name="directory">Created when missing.</param>
/// <param name="limitBytes">Size to stay under where possible.</param>
/// <param name="time">Null for the system's clock.</param>
public sealed class NodeCache(string directory, long limitBytes, TimeProvider? time = null)
{
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private const string TemporaryPrefix = "tmp-";
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _fetching = new(StringComparer.Ordinal);

    /// <summary>Path of a complete local copy, fetched (checksummed) when missing.</summary>
    /// <exception cref="NotFoundException">The store has no such blob.</exception>
    /// <exception cref="StoreException">The blob is damaged, the store is gone, or the cache's disk is full.</exception>
    public async Task<string> GetAsync(IStore store, string blobId, CancellationToken cancellationToken = default)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var gate = _fetching.GetOrAdd(blobId, _ => new SemaphoreSlim(1));
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                string path = Path.Combine(directory, blobId);
                if (!await TryUseAsync(path, cancellationToken).ConfigureAwait(false))
                {
                    await FetchAsync(store, blobId, path, cancellationToken).ConfigureAwait(false);
                }

                return path;
            }
            finally
            {
                gate.Release();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"node cache '{directory}': {error.Message.ReplaceLineEndings(" ")}; check its disk and rights", error);
        }
    }

    private async Task<bool> TryUseAsync(string path, CancellationToken cancellationToken)
    {
        using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
        if (!File.Exists(path))
        {
            return false;
        }

        Touch(path);
        return true;
    }

    private async Task FetchAsync(IStore store, string blobId, string path, CancellationToken cancellationToken)
    {
        var blob = await store.Blobs.FindAsync(blobId, cancellationToken).ConfigureAwait(false)
            ?? throw new NotFoundException($"store '{store.Uri}' has no blob '{blobId}'");
        using (await LockAsync(cancellationToken).ConfigureAwait(false))
        {
            MakeRoom(blob.Length);
        }

        string temporary = Path.Combine(directory, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        try
        {
            await CopyAsync(store, blobId, temporary, cancellationToken).ConfigureAwait(false);
            using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
            Touch(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task CopyAsync(IStore store, string blobId, string temporary, CancellationToken cancellationToken)
    {
        const int BufferBytes = 1 << 20;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var content = await store.Blobs.OpenReadAsync(blobId, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            await using (file.ConfigureAwait(false))
            {
                byte[] buffer = new byte[BufferBytes];
                int count;
                while ((count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    hash.AppendData(buffer, 0, count);
                    await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                }
            }
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != blobId)
        {
            throw await DamagedAsync(store, blobId, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A shard can be made again, but only once the store no longer claims to have it; a bad read alone removes nothing.</summary>
    private static async Task<StoreException> DamagedAsync(IStore store, string blobId, CancellationToken cancellationToken)
    {
        if (await store.Blobs.VerifyAsync(blobId, cancellationToken).ConfigureAwait(false))
        {
            return new StoreException($"store '{store.Uri}': blob {blobId} was read with wrong bytes though it is intact; try again and check the connection");
        }

        await store.Blobs.DeleteAsync(blobId, cancellationToken).ConfigureAwait(false);
        return new StoreException($"store '{store.Uri}': blob {blobId} is damaged and was removed; run 'vincxr dataset prepare' to make it again");
    }

    /// <summary>Evicts the least recently used files until <paramref name="incoming"/> more bytes fit; the caller holds the lock.</summary>
    private void MakeRoom(long incoming)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        FileInfo[] files = [.. new DirectoryInfo(directory).EnumerateFiles()];
        foreach (var file in files.Where(f => f.Name.StartsWith(TemporaryPrefix, StringComparison.Ordinal) && f.LastWriteTimeUtc < now - AbandonedAfter))
        {
            TryDelete(file);
        }

        FileInfo[] copies = [.. files.Where(f => BlobId.IsValid(f.Name)).OrderBy(f => f.LastWriteTimeUtc)];
        long total = copies.Sum(f => f.Length);
        foreach (var file in copies.TakeWhile(f => f.LastWriteTimeUtc < now - Grace))
        {
            if (total + incoming <= limitBytes)
            {
                break;
            }

            long length = file.Length;
            total -= TryDelete(file) ? length : 0;
        }
    }

    private static bool TryDelete(FileInfo file)
    {
        try
        {
            file.Delete();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // In use by another process (Windows); it goes another time.
            return false;
        }
    }

    private void Touch(string path) => File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);

    /// <summary>Held for a few system calls at a time, so trying again every few milliseconds is enough; after a minute something else is wrong.</summary>
    private async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        const int MaxAttempts = 12_000;
        string path = Path.Combine(directory, "lock");
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (attempt < MaxAttempts && error is not (DirectoryNotFoundException or FileNotFoundException))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
