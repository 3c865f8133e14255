using System.Text;
using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Predictions;

/// <summary>Predictions that lie in a store as a blob of CSV.</summary>
public static class StoredPredictions
{
    /// <exception cref="NotFoundException">No such blob.</exception>
    /// <exception cref="InvalidInputException">The blob holds no predictions.</exception>
    public static async Task<IReadOnlyList<Prediction>> ReadAsync(IStore store, string blob, CancellationToken cancellationToken = default)
    {
        var stream = await store.Blobs.OpenReadAsync(blob, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return PredictionCsv.Read(reader, $"blob {blob}");
        }
    }
}
