using System.IO.Pipelines;
using System.Text.Json;
using VinCxr.Core;
using VinCxr.Data.Datasets;
using VinCxr.Data.Dicom;
using VinCxr.Data.Imaging;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Sharding;

/// <summary>Plans and makes prepared shards, and records the finished ones in the store.</summary>
/// <param name="reader">Null for <see cref="DicomReaders.Default"/>.</param>
/// <param name="parallelism">Images decoded at once, which bounds the memory; 0 means one per core.</param>
/// <param name="permits">Where several builders share the cores, one permit is held for each image while it is decoded; null for no such bound.</param>
public sealed class ShardBuilder(IStore store, IDicomReader? reader = null, int parallelism = 0, SemaphoreSlim? permits = null)
{
    public const int ImagesPerShard = 256;

    private const int BufferBytes = 4 << 20;
    private const int SegmentBytes = 256 << 10;
    private const int PlanesAhead = 4;
    private readonly IDicomReader _reader = reader ?? DicomReaders.Default;
    private readonly int _parallelism = parallelism > 0 ? parallelism : Environment.ProcessorCount;

    /// <summary>Splits a manifest; pure and stable.</summary>
    public static IReadOnlyList<ShardPlan> Plan(DatasetManifest manifest, int imagesPerShard = ImagesPerShard)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imagesPerShard);
        return [.. manifest.Images.Select(i => i.ImageId).Chunk(imagesPerShard).Select((ids, index) => new ShardPlan(index, ids))];
    }

    /// <returns>The shard if it is recorded as made and its blob is there, or null.</returns>
    public async Task<PreparedShard?> FindAsync(PreparedKey key, int index, CancellationToken cancellationToken = default)
    {
        var document = await store.Documents.FindAsync(PreparedSets.Collection, PreparedSets.DocumentId(key, index), cancellationToken).ConfigureAwait(false);
        if (document is null)
        {
            return null;
        }

        var shard = JsonSerializer.Deserialize<PreparedShard>(document.Json, DataJson.Options)!;
        return await store.Blobs.FindAsync(shard.BlobId, cancellationToken).ConfigureAwait(false) is null ? null : shard;
    }

    /// <summary>
    /// Decodes the plan's images, writes the shard blob, then records it. Idempotent, and safe to run twice at once: equal input gives equal bytes,
    /// hence one blob.
    /// </summary>
    /// <param name="imagesDone">Images written so far, ascending.</param>
    /// <exception cref="StoreException">An image's blob is missing or damaged, or the store is gone or full; nothing is recorded.</exception>
    /// <exception cref="DicomException">An image cannot be prepared.</exception>
    public async Task<PreparedShard> BuildAsync(
        DatasetManifest manifest, PreparedKey key, ShardPlan plan, IProgress<int>? imagesDone = null, CancellationToken cancellationToken = default)
    {
        if (manifest.Version != key.DatasetVersion)
        {
            throw new ArgumentException($"key is of data set version {key.DatasetVersion}, manifest of {manifest.Version}", nameof(key));
        }

        if (await FindAsync(key, plan.Index, cancellationToken).ConfigureAwait(false) is { } made && made.ImageIds.SequenceEqual(plan.ImageIds))
        {
            return made;
        }

        var byId = manifest.Images.ToDictionary(i => i.ImageId, StringComparer.Ordinal);
        DatasetImage[] images = [.. plan.ImageIds.Select(id => byId[id])];
        var blob = await WriteBlobAsync(key, images, imagesDone, cancellationToken).ConfigureAwait(false);
        var shard = new PreparedShard(plan.Index, blob.Id, blob.Length, plan.ImageIds);
        string json = JsonSerializer.Serialize(shard, DataJson.Options);
        await store.Documents.PutAsync(PreparedSets.Collection, PreparedSets.DocumentId(key, plan.Index), json, "*", cancellationToken).ConfigureAwait(false);
        return shard;
    }

    /// <summary>Decoders fill a pipe that the store drains, so that neither a whole shard nor a second copy on disk is ever needed.</summary>
    private async Task<BlobInfo> WriteBlobAsync(PreparedKey key, DatasetImage[] images, IProgress<int>? imagesDone, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe(new PipeOptions(
            pauseWriterThreshold: BufferBytes, resumeWriterThreshold: BufferBytes / 2, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
        var source = new ImageSource(store, _reader, key.Spec);
        var writer = new ShardWriter(pipe.Writer.AsStream(leaveOpen: true), key.Spec);
        var produce = Task.Run(() => ProduceAsync(source, images, pipe.Writer, writer, imagesDone, cancel.Token), CancellationToken.None);
        try
        {
            var metadata = new Dictionary<string, string> { ["kind"] = "prepared-shard", ["prepared"] = key.Id };
            return await store.Blobs.PutAsync(pipe.Reader.AsStream(leaveOpen: true), metadata, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await cancel.CancelAsync().ConfigureAwait(false);
            await pipe.Reader.CompleteAsync().ConfigureAwait(false);
            await produce.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ProduceAsync(
        ImageSource source, DatasetImage[] images, PipeWriter pipe, ShardWriter writer, IProgress<int>? imagesDone, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            int done = 0;
            await foreach (var (image, plane, stored) in PrepareInOrderAsync(source, writer, images, cancellationToken).ConfigureAwait(false))
            {
                await writer.AddAsync(image.ImageId, plane, stored, image.Columns, image.Rows, cancellationToken).ConfigureAwait(false);
                imagesDone?.Report(++done);
            }

            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Handed to the reading end, where the caller waits.
        catch (Exception error)
#pragma warning restore CA1031
        {
            failure = error;
        }

        await pipe.CompleteAsync(failure).ConfigureAwait(false);
    }

    /// <summary>
    /// Prepares up to <see cref="_parallelism"/> images at once and gives them in the order of the plan. Finished planes may wait for a slow one
    /// before them, a few for each core, so that no core waits with them.
    /// </summary>
    private async IAsyncEnumerable<(DatasetImage Image, Plane Plane, byte[] Stored)> PrepareInOrderAsync(
        ImageSource source, ShardWriter writer, DatasetImage[] images, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = new Queue<Task<(Plane Plane, byte[] Stored)>>();
        using var own = permits is null ? new SemaphoreSlim(_parallelism) : null;
        try
        {
            for (int next = 0, current = 0; current < images.Length; current++)
            {
                while (next < images.Length && ahead.Count < PlanesAhead * _parallelism)
                {
                    var image = images[next++];
                    ahead.Enqueue(PrepareAsync(source, writer, image, permits ?? own!, cancellationToken));
                }

                var (prepared, stored) = await ahead.Dequeue().ConfigureAwait(false);
                yield return (images[current], prepared, stored);
            }
        }
        finally
        {
            // After a failure the others still run; nobody else would see how they end.
            foreach (var rest in ahead)
            {
                await ((Task)rest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<(Plane Plane, byte[] Stored)> PrepareAsync(
        ImageSource source, ShardWriter writer, DatasetImage image, SemaphoreSlim turns, CancellationToken cancellationToken)
    {
        // Turns are given in the order in which they are asked for, so images start in the order of the plan.
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(
                async () =>
                {
                    var plane = await source.PrepareAsync(image, cancellationToken).ConfigureAwait(false);
                    return (plane, writer.Encode(plane));
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }
}
