using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using VinCxr.Core;

namespace VinCxr.Data.Stores;

/// <summary>
/// Blobs as files <c>blobs/ab/abcdef…</c>. Content is written and flushed in <c>tmp/</c> under a random name and renamed when complete, so a
/// crash leaves only temporary files, which a later open removes once they are old. Metadata lies beside as <c>….json</c> and is written first.
/// </summary>
internal sealed class FileBlobStore(string root) : IBlobStore
{
    private const int CopyBytes = 1 << 20;
    private const string MetadataSuffix = ".json";
    private static readonly IReadOnlyDictionary<string, string> NoMetadata = new Dictionary<string, string>();
    private readonly string _blobs = Path.Combine(root, "blobs");
    private readonly string _temporary = Path.Combine(root, "tmp");

    /// <param name="create">False to leave a store whose blobs are gone (an unmounted disk) as it is, rather than to go on with an empty one.</param>
    public void CreateFolders(bool create)
    {
        if (create)
        {
            Directory.CreateDirectory(_blobs);
        }
        else if (!Directory.Exists(_blobs))
        {
            throw StoreErrors.Vanished(root);
        }

        Directory.CreateDirectory(_temporary);
    }

    /// <summary>An upload under way keeps its temporary file fresh.</summary>
    public Task<long> RemoveAbandonedAsync(DateTimeOffset before, CancellationToken cancellationToken = default) =>
        Task.Run(() => Guard(() => RemoveAbandoned(before)), cancellationToken);

    /// <inheritdoc cref="RemoveAbandonedAsync"/>
    public long RemoveAbandoned(DateTimeOffset before)
    {
        long freed = 0;
        foreach (var file in new DirectoryInfo(_temporary).EnumerateFiles())
        {
            // Others may be at work: what is gone meanwhile was finished, and has the oldest of times.
            if (file.Exists && file.LastWriteTimeUtc < before.UtcDateTime)
            {
                freed += file.Length;
                file.Delete();
            }
        }

        return freed;
    }

    public async Task<BlobInfo> PutAsync(
        Stream content, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default)
    {
        string temporary = NewTemporary();
        try
        {
            (string id, long length) = await WriteTemporaryAsync(temporary, content, cancellationToken).ConfigureAwait(false);
            return await Task.Run(() => Guard(() => Publish(temporary, id, length, metadata ?? NoMetadata)), cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            DeleteQuietly(temporary);
        }
    }

    public Task<Stream> OpenReadAsync(string id, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        return Task.Run<Stream>(() => Guard(() => OpenRead(id, offset, length)), cancellationToken);
    }

    public Task<BlobInfo?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        Task.Run(() => Guard(() => Find(id)), cancellationToken);

    public async IAsyncEnumerable<BlobInfo> ListAsync(
        IReadOnlyDictionary<string, string>? metadata = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string[] folders = await Task.Run(() => Guard(() => Directory.GetDirectories(_blobs)), cancellationToken).ConfigureAwait(false);
        foreach (string folder in folders.Order(StringComparer.Ordinal))
        {
            BlobInfo[] infos = await Task.Run(() => Guard(() => List(folder)), cancellationToken).ConfigureAwait(false);
            foreach (var info in infos.Where(i => metadata is null || metadata.All(p => i.Metadata.GetValueOrDefault(p.Key) == p.Value)))
            {
                yield return info;
            }
        }
    }

    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) =>
        Task.Run(() => Guard(() => Delete(id)), cancellationToken);

    public async Task<bool> VerifyAsync(string id, CancellationToken cancellationToken = default)
    {
        var content = await OpenReadAsync(id, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            byte[] hash = await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false);
            return Convert.ToHexStringLower(hash) == id;
        }
    }

    /// <summary>Copies and hashes. What the caller's stream throws passes unchanged; what the disk throws becomes a store error.</summary>
    private async Task<(string Id, long Length)> WriteTemporaryAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        var file = Guard(() => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0));
        try
        {
            long length = 0;
            int count;
            while ((count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                length += count;
                await GuardAsync(() => file.WriteAsync(buffer.AsMemory(0, count), cancellationToken)).ConfigureAwait(false);
            }

            await Task.Run(() => Guard(() => file.Flush(flushToDisk: true)), cancellationToken).ConfigureAwait(false);
            return (Convert.ToHexStringLower(hash.GetHashAndReset()), length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    private BlobInfo Publish(string temporary, string id, long length, IReadOnlyDictionary<string, string> metadata)
    {
        // A file of another length is a damaged copy; a put of the true content heals it.
        if (Find(id) is { } existing && existing.Length == length)
        {
            return existing;
        }

        if (metadata.Count > 0)
        {
            string sidecar = NewTemporary();
            using (var file = new FileStream(sidecar, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                JsonSerializer.Serialize(file, metadata, DataJson.Options);
                file.Flush(flushToDisk: true);
            }

            DurableFile.Publish(sidecar, PathOf(id) + MetadataSuffix);
        }

        DurableFile.Publish(temporary, PathOf(id));
        return Find(id) ?? throw StoreErrors.Vanished(root);
    }

    private BlobReadStream OpenRead(string id, long offset, long? length)
    {
        if (Find(id) is not { } info)
        {
            throw new NotFoundException($"store '{root}' has no blob '{id}'");
        }

        long available = Math.Max(0, info.Length - offset);
        var file = new FileStream(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return new BlobReadStream(file, offset, Math.Min(length ?? available, available), error => StoreErrors.Translate(root, error));
    }

    private BlobInfo? Find(string id)
    {
        var file = BlobId.IsValid(id) ? new FileInfo(PathOf(id)) : null;
        if (file is not { Exists: true })
        {
            return Directory.Exists(_blobs) ? null : throw StoreErrors.Vanished(root);
        }

        return new BlobInfo(id, file.Length, file.LastWriteTimeUtc, ReadMetadata(file.FullName + MetadataSuffix));
    }

    private BlobInfo[] List(string folder) =>
    [
        .. Directory.GetFiles(folder)
            .Select(Path.GetFileName)
            .Where(BlobId.IsValid)
            .Order(StringComparer.Ordinal)
            .Select(id => Find(id!))
            .OfType<BlobInfo>(),
    ];

    private void Delete(string id)
    {
        if (Find(id) is not null)
        {
            File.Delete(PathOf(id));
            File.Delete(PathOf(id) + MetadataSuffix);
        }
    }

    private static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path), DataJson.Options) ?? NoMetadata
                : NoMetadata;
        }
        catch (Exception error) when (error is JsonException or FileNotFoundException)
        {
            // Deleted meanwhile or damaged: metadata only describes, the content stands on its own.
            return NoMetadata;
        }
    }

    private string PathOf(string id) => Path.Combine(_blobs, id[..2], id);

    private string NewTemporary() => Path.Combine(_temporary, Guid.NewGuid().ToString("N"));

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (StoreErrors.IsKnown(error))
        {
            // Left for RemoveAbandoned; the error that brought us here matters more.
        }
    }

    private void Guard(Action action) => Guard(() =>
    {
        action();
        return true;
    });

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (StoreErrors.IsKnown(error))
        {
            throw StoreErrors.Translate(root, error);
        }
    }

    private async ValueTask GuardAsync(Func<ValueTask> action)
    {
        try
        {
            await action().ConfigureAwait(false);
        }
        catch (Exception error) when (StoreErrors.IsKnown(error))
        {
            throw StoreErrors.Translate(root, error);
        }
    }
}
