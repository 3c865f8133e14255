using System.Text.Json;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Sharding;

/// <summary>Records of made shards, as <see cref="ShardBuilder"/> writes them.</summary>
public sealed class PreparedSets(IStore store)
{
    internal const string Collection = "prepared";

    /// <summary>Shards of a set that are recorded as made, in order; their blobs are not looked for.</summary>
    /// <param name="preparedId">Id of the set's <see cref="PreparedKey"/>.</param>
    public async Task<IReadOnlyList<PreparedShard>> ListAsync(string preparedId, CancellationToken cancellationToken = default)
    {
        var shards = new List<PreparedShard>();
        await foreach (var document in store.Documents.ListAsync(Collection, $"{preparedId}/", cancellationToken).ConfigureAwait(false))
        {
            shards.Add(JsonSerializer.Deserialize<PreparedShard>(document.Json, DataJson.Options)!);
        }

        return shards;
    }

    internal static string DocumentId(PreparedKey key, int index) => $"{key.Id}/{index:D6}";
}
