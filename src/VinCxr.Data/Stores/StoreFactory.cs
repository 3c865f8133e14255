using VinCxr.Core;
using VinCxr.Data.Stores.Mongo;

namespace VinCxr.Data.Stores;

public static class StoreFactory
{
    /// <summary>True for a store across a network, which may be away for a while and come back.</summary>
    public static bool IsRemote(string uri) => MongoAddress.IsMongo(uri);

    /// <summary>Opens a store, creating an empty one when <paramref name="create"/> is set.</summary>
    /// <param name="uri">
    /// <c>file:///absolute</c>, <c>file://relative</c>, <c>file://~/under-home</c> or a plain path, taken literally, not percent-decoded; or
    /// <c>mongodb://[user:password@]host[:port]/database[?options]</c>, <c>mongodb+srv://…</c> with the options of the MongoDB driver.
    /// </param>
    /// <exception cref="InvalidInputException">Unknown scheme or malformed URI.</exception>
    /// <exception cref="StoreException">The store does not exist (without <paramref name="create"/>) or cannot be reached.</exception>
    public static async Task<IStore> OpenAsync(string uri, bool create = false, CancellationToken cancellationToken = default) =>
        IsRemote(uri)
            ? await MongoStore.OpenAsync(uri, create, new MongoStoreOptions(), TimeProvider.System, cancellationToken).ConfigureAwait(false)
            : await FileStore.OpenAsync(StoreUri.ToDirectory(uri), create, TimeProvider.System, cancellationToken).ConfigureAwait(false);
}
