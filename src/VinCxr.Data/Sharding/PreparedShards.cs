using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Sharding;

/// <summary>Key of a prepared set: the same data, spec and decoder always give the same shards.</summary>
public sealed record PreparedKey(string DatasetVersion, PreprocessSpec Spec, string PreparationVersion)
{
    /// <summary>Hex sha256 of the three parts, the prepared set's document id.</summary>
    public string Id => throw new NotImplementedException();
}

/// <param name="Index">0-based.</param>
/// <param name="ImageIds">About 256 images, in manifest order.</param>
public sealed record ShardPlan(int Index, IReadOnlyList<string> ImageIds);

/// <param name="BlobId">sha256 of the shard file.</param>
public sealed record PreparedShard(int Index, string BlobId, long Length, IReadOnlyList<string> ImageIds);

/// <summary>Plans and makes prepared shards, and records the finished ones in the store.</summary>
public sealed class ShardBuilder(IStore store)
{
    private readonly IStore _store = store;

    public const int ImagesPerShard = 256;

    /// <summary>Splits a manifest; pure and stable.</summary>
    public static IReadOnlyList<ShardPlan> Plan(DatasetManifest manifest, int imagesPerShard = ImagesPerShard) => throw new NotImplementedException();

    /// <returns>The shard if it is recorded as made, or null.</returns>
    public Task<PreparedShard?> FindAsync(PreparedKey key, int index, CancellationToken cancellationToken = default) => throw new NotImplementedException(_store.Uri);

    /// <summary>Decodes the plan's images, writes the shard blob, then records it. Idempotent; safe to run twice at once.</summary>
    public Task<PreparedShard> BuildAsync(
        DatasetManifest manifest, PreparedKey key, ShardPlan plan, IProgress<int>? imagesDone = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}

/// <summary>Local copies of shards, shared by the processes of a node: content-addressed files, least recently used evicted first.</summary>
public sealed class NodeCache(string directory, long limitBytes)
{
    /// <summary>Path of a complete local copy, fetched (checksummed) when missing.</summary>
    public Task<string> GetAsync(IStore store, string blobId, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException($"{directory} {limitBytes}");
}

/// <summary>A prepared image inside a memory-mapped shard; valid while its reader lives.</summary>
/// <param name="OriginalWidth">Columns of the DICOM image, for mapping boxes.</param>
public readonly record struct PreparedImage(string ImageId, int Width, int Height, int Bits, int OriginalWidth, int OriginalHeight);

/// <summary>Memory-mapped random access over shard files; thread-safe.</summary>
public sealed class ShardReader : IDisposable
{
    /// <exception cref="VinCxr.Core.StoreException">A file is missing, not a shard, or fails its checksum.</exception>
    public ShardReader(IReadOnlyList<string> paths) => throw new NotImplementedException(string.Join(',', paths));

    public IReadOnlyDictionary<string, PreparedImage> Images => throw new NotImplementedException();

    /// <summary>Pixels of an image without copying, row-major, Width * Height * Bits / 8 bytes.</summary>
    public ReadOnlySpan<byte> Pixels(string imageId) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
