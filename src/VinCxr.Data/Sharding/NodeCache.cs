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
    private static readonly TimeSpan YieldPause = TimeSpan.FromMilliseconds(20);
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _fetching = new(StringComparer.Ordinal);
    private readonly CacheCounters _counters = new();
    private int _urgent;

    /// <summary>What this object did so far; other processes that share the folder count for themselves.</summary>
    public CacheStatistics Statistics => _counters.Read();

    /// <summary>Size to stay under where possible.</summary>
    public long LimitBytes => limitBytes;

    /// <summary>Adds up the complete copies, by listing the folder.</summary>
    /// <returns>Bytes; null when the folder cannot be read.</returns>
    public long? MeasureBytes()
    {
        try
        {
            return HeldBytes();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public bool Contains(string blobId) => File.Exists(PathOf(blobId));

    /// <summary>Path of a complete local copy, fetched (checksummed) when missing.</summary>
    /// <exception cref="NotFoundException">The store has no such blob.</exception>
    /// <exception cref="StoreException">The blob is damaged, the store is gone, or the cache's disk is full.</exception>
    public async Task<string> GetAsync(IStore store, string blobId, CancellationToken cancellationToken = default) =>
        (await TakeAsync(store, blobId, cancellationToken).ConfigureAwait(false)).Path;

    /// <summary>As <see cref="GetAsync"/>, and says what it cost.</summary>
    public Task<CachedCopy> TakeAsync(IStore store, string blobId, CancellationToken cancellationToken = default) => GuardAsync(blobId, async () =>
    {
        string path = PathOf(blobId);
        if (await TryUseAsync(path, cancellationToken).ConfigureAwait(false))
        {
            _counters.Hit(blobId);
            return new CachedCopy(path, 0, 0);
        }

        long length = await FetchAsync(store, blobId, path, isAhead: false, cancellationToken).ConfigureAwait(false);
        return new CachedCopy(path, length, _counters.Missed(blobId, length) ? length : 0);
    }, cancellationToken);

    /// <summary>
    /// Fetches a copy ahead of its use: never in the way of a <see cref="TakeAsync"/>, never evicting anything, and only while copies fetched ahead
    /// and not used yet take at most half of the limit.
    /// </summary>
    /// <returns>False when there is no room for it now.</returns>
    public Task<bool> PrefetchAsync(IStore store, string blobId, CancellationToken cancellationToken = default) => GuardAsync(blobId, async () =>
    {
        if (Contains(blobId))
        {
            return true;
        }

        var blob = await FindAsync(store, blobId, cancellationToken).ConfigureAwait(false);
        if (_counters.BytesAhead + blob.Length > limitBytes / 2 || HeldBytes() + blob.Length > limitBytes)
        {
            return false;
        }

        long length = await FetchAsync(store, blobId, PathOf(blobId), isAhead: true, cancellationToken).ConfigureAwait(false);
        _counters.FetchedAhead(blobId, length);
        return true;
    }, cancellationToken);

    /// <summary>Reads a copy back and removes it when it is not what it should be, so that the next use fetches it again.</summary>
    /// <returns>True when it was damaged and is gone.</returns>
    public Task<bool> DropIfDamagedAsync(string blobId, CancellationToken cancellationToken = default) => GuardAsync(blobId, async () =>
    {
        string path = PathOf(blobId);
        if (!File.Exists(path) || await HashAsync(path, cancellationToken).ConfigureAwait(false) == blobId)
        {
            return false;
        }

        using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
        File.Delete(path);
        return true;
    }, cancellationToken);

    /// <summary>Evicts every copy that is not in use, for a disk that is full.</summary>
    /// <returns>Bytes freed.</returns>
    public async Task<long> FreeAsync(CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(directory))
        {
            return 0;
        }

        try
        {
            using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
            long before = HeldBytes();
            MakeRoom(limitBytes);
            return before - HeldBytes();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"node cache '{directory}': {error.Message.ReplaceLineEndings(" ")}; check its disk and rights", error);
        }
    }

    /// <summary>One at a time for each blob; trouble with the folder becomes one line.</summary>
    private async Task<T> GuardAsync<T>(string blobId, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(directory);
            var gate = _fetching.GetOrAdd(blobId, _ => new SemaphoreSlim(1));
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await work().ConfigureAwait(false);
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

    private string PathOf(string blobId) => Path.Combine(directory, blobId);

    private long HeldBytes() => new DirectoryInfo(directory).EnumerateFiles().Where(f => BlobId.IsValid(f.Name)).Sum(f => f.Length);

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

    private static async Task<BlobInfo> FindAsync(IStore store, string blobId, CancellationToken cancellationToken) =>
        await store.Blobs.FindAsync(blobId, cancellationToken).ConfigureAwait(false)
        ?? throw new NotFoundException($"store '{store.Uri}' has no blob '{blobId}'");

    /// <param name="isAhead">Gives way to fetches that somebody waits for, and makes no room.</param>
    /// <returns>Bytes fetched.</returns>
    private async Task<long> FetchAsync(IStore store, string blobId, string path, bool isAhead, CancellationToken cancellationToken)
    {
        var blob = await FindAsync(store, blobId, cancellationToken).ConfigureAwait(false);
        if (!isAhead)
        {
            using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
            MakeRoom(blob.Length);
        }

        string temporary = Path.Combine(directory, TemporaryPrefix + Guid.NewGuid().ToString("N"));
        Interlocked.Add(ref _urgent, isAhead ? 0 : 1);
        try
        {
            await CopyAsync(store, blobId, temporary, isAhead, cancellationToken).ConfigureAwait(false);
            using var held = await LockAsync(cancellationToken).ConfigureAwait(false);
            Touch(temporary);
            File.Move(temporary, path, overwrite: true);
            return blob.Length;
        }
        finally
        {
            Interlocked.Add(ref _urgent, isAhead ? 0 : -1);
            File.Delete(temporary);
        }
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
        }
    }

    private async Task CopyAsync(IStore store, string blobId, string temporary, bool isAhead, CancellationToken cancellationToken)
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
                    while (isAhead && Volatile.Read(ref _urgent) > 0)
                    {
                        await Task.Delay(YieldPause, _time, cancellationToken).ConfigureAwait(false);
                    }

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
            if (TryDelete(file))
            {
                total -= length;
                _counters.Evicted(file.Name);
            }
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
