using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

public sealed record DatasetSummary(string Name, string Version, int Images, int Quarantined, long Bytes);

/// <summary>Named data sets of a store. A name points at its newest version; older versions stay.</summary>
public sealed class DatasetCatalog(IStore store)
{
    private readonly IStore _store = store;

    public Task<IReadOnlyList<DatasetSummary>> ListAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException(_store.Uri);

    /// <param name="reference"><c>name</c> or <c>name@sha256:hex</c> (a unique prefix of at least 8 digits is enough).</param>
    /// <exception cref="VinCxr.Core.NotFoundException">Unknown name or version; the message lists what exists.</exception>
    public Task<DatasetManifest> GetAsync(string reference, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public Task PutAsync(DatasetManifest manifest, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
