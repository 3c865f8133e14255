using System.Globalization;
using VinCxr.Core;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets.Garbage;

/// <param name="Kind">The blob's own word for what it is (<c>dicom</c>, <c>prepared-shard</c>, <c>checkpoint</c>, …), or <c>other</c>.</param>
public sealed record GarbageKind(string Kind, int Blobs, long Bytes);

/// <param name="Removed">What nothing refers to, by kind; in a dry run, still there.</param>
/// <param name="PreparedRecords">Records of prepared shards that no data set version has any more.</param>
/// <param name="AbandonedBytes">Freed from uploads that ended half way; 0 in a dry run, which cannot know.</param>
/// <param name="TooYoung">Unreferenced blobs that were left because they are younger than the limit.</param>
public sealed record GarbageReport(
    IReadOnlyList<GarbageKind> Removed, int Blobs, long Bytes, int PreparedRecords, long AbandonedBytes, int Kept, int TooYoung, bool DryRun);

/// <summary>
/// Removes blobs that nothing refers to. Conservative: a blob whose sha256 stands in any document or log of the store, or in the manifest of any
/// data set version, stays, whoever wrote it there. Only two kinds of writing do not count: ingest ledgers, which remember what once was,
/// and records of prepared shards whose images no data set version has any more.
/// </summary>
public sealed class GarbageCollector(IStore store, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <param name="olderThan">Blobs stored more recently stay, because trials and ingests store a blob before they refer to it.</param>
    /// <exception cref="ConflictException">An ingest is running: what it stored has no owner yet.</exception>
    /// <exception cref="StoreException">A manifest is damaged or missing, so nobody knows what it refers to.</exception>
    public async Task<GarbageReport> RunAsync(TimeSpan olderThan, bool dryRun, CancellationToken cancellationToken = default)
    {
        var (running, dead) = await IngestSign.ListAsync(store.Documents, _time, cancellationToken).ConfigureAwait(false);
        if (running.Count > 0)
        {
            throw new ConflictException(
                $"store '{store.Uri}': an ingest is running and what it stored has no owner yet: {string.Join(", ", running)}; try again when it has ended"
                + $" (one that was killed counts for {IngestSign.Lifetime.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes)");
        }

        var before = _time.GetUtcNow() - olderThan;
        // Candidates first, references second: what is stored or referred to meanwhile is safe.
        var candidates = await CandidatesAsync(cancellationToken).ConfigureAwait(false);
        int all = candidates.Count;
        var orphans = await KeepReferencedAsync(candidates, cancellationToken).ConfigureAwait(false);
        BlobInfo[] garbage = [.. candidates.Values.Where(b => b.StoredAt <= before)];
        long abandoned = 0;
        if (!dryRun)
        {
            await RemoveAsync(garbage, [.. orphans.Select(o => (PreparedRecords.Collection, o)), .. dead.Select(d => (IngestSign.Collection, d))], cancellationToken)
                .ConfigureAwait(false);
            abandoned = await store.Blobs.RemoveAbandonedAsync(before, cancellationToken).ConfigureAwait(false);
        }

        GarbageKind[] kinds =
        [
            .. garbage.GroupBy(b => b.Metadata.GetValueOrDefault("kind", "other")).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new GarbageKind(g.Key, g.Count(), g.Sum(b => b.Length))),
        ];
        return new GarbageReport(
            kinds, garbage.Length, garbage.Sum(b => b.Length), orphans.Count, abandoned, all - garbage.Length, candidates.Count - garbage.Length, dryRun);
    }

    private async Task<Dictionary<string, BlobInfo>> CandidatesAsync(CancellationToken cancellationToken)
    {
        var candidates = new Dictionary<string, BlobInfo>(StringComparer.Ordinal);
        await foreach (var blob in store.Blobs.ListAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            candidates.Add(blob.Id, blob);
        }

        return candidates;
    }

    /// <summary>Takes what is referred to out of the candidates.</summary>
    /// <returns>Document ids of prepared shards without a data set.</returns>
    private async Task<IReadOnlyList<string>> KeepReferencedAsync(Dictionary<string, BlobInfo> candidates, CancellationToken cancellationToken)
    {
        var references = new ReferenceScan(candidates);
        await foreach (string collection in store.Documents.ListCollectionsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (collection == PreparedRecords.Collection)
            {
                continue;
            }

            await foreach (var document in store.Documents.ListAsync(collection, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                references.Keep(document.Id);
                references.Keep(document.Json);
            }
        }

        await foreach (string log in store.Logs.ListLogsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (log.StartsWith(IngestLedger.LogPrefix, StringComparison.Ordinal))
            {
                continue;
            }

            await foreach (var entry in store.Logs.ReadAsync(log, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                references.Keep(entry.Text);
            }
        }

        return await KeepDatasetsAsync(references, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<string>> KeepDatasetsAsync(ReferenceScan references, CancellationToken cancellationToken)
    {
        var prepared = (await PreparedRecords.ListAsync(store, cancellationToken).ConfigureAwait(false)).ToList();
        var catalog = new DatasetCatalog(store);
        foreach (var (summary, _) in await catalog.ListVersionsAsync(cancellationToken).ConfigureAwait(false))
        {
            var manifest = await ReadAsync(catalog, summary, cancellationToken).ConfigureAwait(false);
            foreach (var image in manifest.Images)
            {
                references.Keep(image.BlobId);
            }

            var ids = manifest.ImageIds();
            prepared.RemoveAll(p => Keep(p.Shard, ids));
        }

        return [.. prepared.Select(p => p.DocumentId)];

        bool Keep(PreparedShard shard, HashSet<string> ids)
        {
            bool isOwned = shard.BelongsTo(ids);
            references.Keep(isOwned ? shard.BlobId : "");
            return isOwned;
        }
    }

    private async Task<DatasetManifest> ReadAsync(DatasetCatalog catalog, DatasetSummary summary, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.GetAsync($"{summary.Name}@sha256:{summary.Version}", cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException error)
        {
            throw new StoreException(
                $"store '{store.Uri}': the manifest of data set '{summary.Name}@sha256:{summary.Version}' is missing, so nobody knows which images it has; "
                + "ingest it again or remove it with 'vincxr dataset rm'", error);
        }
    }

    /// <summary>Records go before their blobs: a record without a blob would be worse than a blob without a record.</summary>
    private async Task RemoveAsync(BlobInfo[] garbage, (string Collection, string Id)[] records, CancellationToken cancellationToken)
    {
        foreach (var (collection, id) in records)
        {
            await store.Documents.DeleteAsync(collection, id, cancellationToken).ConfigureAwait(false);
        }

        foreach (var blob in garbage)
        {
            await store.Blobs.DeleteAsync(blob.Id, cancellationToken).ConfigureAwait(false);
        }
    }
}
