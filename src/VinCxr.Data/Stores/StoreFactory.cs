using VinCxr.Core;

namespace VinCxr.Data.Stores;

public static class StoreFactory
{
    /// <summary>Opens a store, creating an empty one for <c>file://</c> when <paramref name="create"/> is set.</summary>
    /// <param name="uri">
    /// <c>file:///absolute</c>, <c>file://relative</c>, <c>file://~/under-home</c> or a plain path; taken literally, not percent-decoded.
    /// </param>
    /// <exception cref="InvalidInputException">Unknown scheme or malformed URI.</exception>
    /// <exception cref="StoreException">The store does not exist (without <paramref name="create"/>) or cannot be reached.</exception>
    public static async Task<IStore> OpenAsync(string uri, bool create = false, CancellationToken cancellationToken = default) =>
        await FileStore.OpenAsync(StoreUri.ToDirectory(uri), create, TimeProvider.System, cancellationToken).ConfigureAwait(false);
}
