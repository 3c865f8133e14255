using System.Text.Json;
using VinCxr.Contracts.Api;
using VinCxr.Core;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Uploads;

/// <summary>
/// Who may add versions to a data set over the API: who sent its first one, and operators. What was ingested on the store itself is the operators', as a
/// sweep that nobody owns. A name that holds no data set is free.
/// </summary>
internal sealed class DatasetOwners(IStore store)
{
    /// <param name="operates">Whether the user may add to data sets of others.</param>
    /// <returns>True when there is no such data set yet.</returns>
    /// <exception cref="AccessDeniedException">The data set is another's.</exception>
    public async Task<bool> EnsureMayAddAsync(string dataset, string user, bool operates, CancellationToken cancellationToken)
    {
        try
        {
            await new DatasetCatalog(store).FindAsync(dataset, cancellationToken);
        }
        catch (NotFoundException)
        {
            return true;
        }

        string? owner = await store.Documents.FindAsync(DatasetCatalog.Owners, dataset, cancellationToken) is { } document
            ? JsonSerializer.Deserialize<Owner>(document.Json, ApiJson.Options)!.User
            : null;
        return operates || owner == user
            ? false
            : throw new AccessDeniedException(
                $"data set '{dataset}' is {(owner is null ? "nobody's" : $"of '{owner}'")}; its owner and operators add versions to it, '{user}' takes another name");
    }

    public Task SetAsync(string dataset, string user, CancellationToken cancellationToken) =>
        store.Documents.PutAsync(DatasetCatalog.Owners, dataset, JsonSerializer.Serialize(new Owner(user), ApiJson.Options), "*", cancellationToken);

    private sealed record Owner(string User);
}
