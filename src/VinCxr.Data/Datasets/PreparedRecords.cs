using System.Text.Json;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

/// <summary>Which prepared shards belong to which data set: those that hold none but its images.</summary>
internal static class PreparedRecords
{
    public const string Collection = "prepared";

    /// <summary>Shards that are recorded, with the id of their document.</summary>
    public static async Task<IReadOnlyList<(string DocumentId, PreparedShard Shard)>> ListAsync(IStore store, CancellationToken cancellationToken)
    {
        var shards = new List<(string, PreparedShard)>();
        await foreach (var document in store.Documents.ListAsync(Collection, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (JsonSerializer.Deserialize<PreparedShard>(document.Json, DataJson.Options) is { BlobId: not null, ImageIds: not null } shard)
            {
                shards.Add((document.Id, shard));
            }
        }

        return shards;
    }

    /// <param name="imageIds">Of a data set version.</param>
    public static bool BelongsTo(this PreparedShard shard, IReadOnlySet<string> imageIds) => shard.ImageIds.All(imageIds.Contains);

    public static HashSet<string> ImageIds(this DatasetManifest manifest) => manifest.Images.Select(i => i.ImageId).ToHashSet(StringComparer.Ordinal);
}
