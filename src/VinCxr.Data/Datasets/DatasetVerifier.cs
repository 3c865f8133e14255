using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

public enum BlobProblem
{
    /// <summary>Not in the store.</summary>
    Missing,

    /// <summary>Its bytes no longer have the sha256 that names it.</summary>
    Damaged,
}

public sealed record BadImage(string ImageId, string BlobId, BlobProblem Problem);

public sealed record VerifyProgress(int ImagesDone, int ImagesTotal, long BytesDone, long BytesTotal, int Bad);

/// <param name="Bad">In image id order; empty when the data set is whole.</param>
public sealed record VerifyReport(int Intact, IReadOnlyList<BadImage> Bad);

/// <summary>Reads every image of a data set back and compares its sha256 with its name.</summary>
public sealed class DatasetVerifier(IStore store)
{
    /// <param name="removeDamaged">Deletes damaged blobs, which are worth nothing, so that the next ingest uploads those files again.</param>
    /// <param name="parallelism">Blobs read at once; 0 means one per core.</param>
    public async Task<VerifyReport> RunAsync(
        DatasetManifest manifest, bool removeDamaged = false, int parallelism = 0, IProgress<VerifyProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var gate = new Lock();
        var bad = new List<BadImage>();
        int done = 0;
        long bytes = 0, total = manifest.Bytes;
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = parallelism > 0 ? parallelism : Environment.ProcessorCount,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(manifest.Images, options, async (image, token) =>
        {
            var problem = await CheckAsync(image, token).ConfigureAwait(false);
            if (problem == BlobProblem.Damaged && removeDamaged)
            {
                await store.Blobs.DeleteAsync(image.BlobId, token).ConfigureAwait(false);
            }

            lock (gate)
            {
                if (problem is { } found)
                {
                    bad.Add(new BadImage(image.ImageId, image.BlobId, found));
                }

                bytes += image.Length;
                progress?.Report(new VerifyProgress(++done, manifest.Images.Count, bytes, total, bad.Count));
            }
        }).ConfigureAwait(false);
        return new VerifyReport(manifest.Images.Count - bad.Count, [.. bad.OrderBy(b => b.ImageId, StringComparer.Ordinal)]);
    }

    private async Task<BlobProblem?> CheckAsync(DatasetImage image, CancellationToken cancellationToken)
    {
        try
        {
            return await store.Blobs.VerifyAsync(image.BlobId, cancellationToken).ConfigureAwait(false) ? null : BlobProblem.Damaged;
        }
        catch (NotFoundException)
        {
            return BlobProblem.Missing;
        }
    }
}
