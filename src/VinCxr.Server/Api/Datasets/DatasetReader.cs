using VinCxr.Contracts.Api;
using VinCxr.Data.Datasets;
using VinCxr.Data.Stores;

namespace VinCxr.Server.Api.Datasets;

/// <summary>What the manifests of data sets say. A manifest never changes, so each is read and counted once.</summary>
internal sealed class DatasetReader(IStore store)
{
    private readonly DatasetCatalog _catalog = new(store);
    private readonly KeptReadings<DatasetInfo> _infos = new();
    private readonly KeptReadings<DatasetStatistics> _statistics = new();

    /// <param name="reference"><c>name</c> or <c>name@sha256:hex</c>.</param>
    public Task<DatasetInfo> GetInfoAsync(string reference, CancellationToken cancellationToken) => GetAsync(_infos, reference, InfoOf, cancellationToken);

    /// <param name="reference"><c>name</c> or <c>name@sha256:hex</c>.</param>
    public Task<DatasetStatistics> GetStatisticsAsync(string reference, CancellationToken cancellationToken) =>
        GetAsync(_statistics, reference, StatisticsCount.Of, cancellationToken);

    private async Task<T> GetAsync<T>(KeptReadings<T> kept, string reference, Func<DatasetManifest, T> read, CancellationToken cancellationToken)
        where T : class
    {
        var (summary, blob) = await _catalog.FindAsync(reference, cancellationToken);
        string version = $"{summary.Name}@sha256:{summary.Version}";

        // By the manifest's content: a version of the same images may have been ingested again with another quarantine.
        return await kept.GetAsync(blob, async () => read(await _catalog.GetAsync(version))).WaitAsync(cancellationToken);
    }

    public static DatasetInfo InfoOf(DatasetManifest manifest) => new(
        manifest.Name, manifest.Version, manifest.Images.Count, manifest.Quarantined.Count, manifest.Bytes, manifest.Annotations.Count,
        [.. manifest.Classes.Classes.Select(c => new DatasetClass(c.Id, c.Name))],
        manifest.Images.CountBy(i => i.TransferSyntax).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(),
        [.. manifest.Quarantined.Select(q => new QuarantinedFile(q.File, q.Reason, q.Bytes))]);
}
