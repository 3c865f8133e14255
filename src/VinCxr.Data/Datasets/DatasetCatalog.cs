using System.Security.Cryptography;
using System.Text.Json;
using VinCxr.Core;
using VinCxr.Data.Stores;

namespace VinCxr.Data.Datasets;

public sealed record DatasetSummary(string Name, string Version, int Images, int Quarantined, long Bytes);

/// <summary>
/// Named data sets of a store. A name points at its newest version; older versions stay. The manifest itself is a blob;
/// the documents <c>datasets/{name}</c> and <c>dataset-versions/{name}@sha256:{version}</c> name it.
/// </summary>
public sealed class DatasetCatalog(IStore store)
{
    /// <summary>Collection of documents that say who may add to a data set over the API, by its name; they end with the data set.</summary>
    public const string Owners = "dataset-owners";

    private const string Newest = "datasets";
    private const string Versions = "dataset-versions";
    private const string VersionMark = "@sha256:";
    private const int MinVersionDigits = 8;

    /// <summary>The newest version of every name, by name.</summary>
    public async Task<IReadOnlyList<DatasetSummary>> ListAsync(CancellationToken cancellationToken = default)
    {
        var entries = await ReadAsync(Newest, "", cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(e => e.Summary)];
    }

    /// <param name="reference"><c>name</c> or <c>name@sha256:hex</c> (a unique prefix of at least 8 digits is enough).</param>
    /// <exception cref="NotFoundException">Unknown name or version; the message lists what exists.</exception>
    /// <exception cref="InvalidInputException">Malformed reference, or a prefix that several versions share.</exception>
    /// <exception cref="StoreException">The manifest is damaged.</exception>
    public async Task<DatasetManifest> GetAsync(string reference, CancellationToken cancellationToken = default) =>
        await ReadManifestAsync(await FindEntryAsync(reference, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>The version that a reference means, without reading its manifest.</summary>
    /// <returns>The reference in full: <c>name@sha256:hex</c> with all digits.</returns>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<string> ResolveAsync(string reference, CancellationToken cancellationToken = default) =>
        IdOf((await FindEntryAsync(reference, cancellationToken).ConfigureAwait(false)).Summary);

    /// <summary>As <see cref="GetAsync"/>, without reading what the version holds.</summary>
    /// <returns>The version, and the blob that holds its manifest: equal blobs hold equal manifests.</returns>
    public async Task<(DatasetSummary Summary, string ManifestBlob)> FindAsync(string reference, CancellationToken cancellationToken = default)
    {
        var entry = await FindEntryAsync(reference, cancellationToken).ConfigureAwait(false);
        return (entry.Summary, entry.ManifestBlob);
    }

    /// <summary>Stores a version and points its name at it; readers see the old version or the new one, never a part.</summary>
    public async Task PutAsync(DatasetManifest manifest, CancellationToken cancellationToken = default)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(manifest, DataJson.Options);
        var metadata = new Dictionary<string, string> { ["kind"] = "dataset-manifest", ["dataset"] = manifest.Name };
        var blob = await store.Blobs.PutAsync(new MemoryStream(json), metadata, cancellationToken).ConfigureAwait(false);
        if (!await store.Blobs.VerifyAsync(blob.Id, cancellationToken).ConfigureAwait(false))
        {
            // An earlier copy of the same manifest that was damaged since: put it anew.
            await store.Blobs.DeleteAsync(blob.Id, cancellationToken).ConfigureAwait(false);
            await store.Blobs.PutAsync(new MemoryStream(json), metadata, cancellationToken).ConfigureAwait(false);
        }

        var summary = new DatasetSummary(manifest.Name, manifest.Version, manifest.Images.Count, manifest.Quarantined.Count, manifest.Bytes);
        string entry = JsonSerializer.Serialize(new Entry(summary, blob.Id), DataJson.Options);
        await store.Documents.PutAsync(Versions, IdOf(summary), entry, "*", cancellationToken).ConfigureAwait(false);
        await store.Documents.PutAsync(Newest, manifest.Name, entry, "*", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every version of every name, with the blob that holds its manifest.</summary>
    internal async Task<IReadOnlyList<(DatasetSummary Summary, string ManifestBlob)>> ListVersionsAsync(CancellationToken cancellationToken = default)
    {
        var entries = await ReadAsync(Versions, "", cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(e => (e.Summary, e.ManifestBlob))];
    }

    /// <summary>Forgets a data set or one older version of it; what only it used is freed by the next collection of garbage.</summary>
    /// <returns>The versions that are gone.</returns>
    /// <exception cref="NotFoundException">Unknown name or version.</exception>
    /// <exception cref="InvalidInputException">Malformed reference, or the version that the name points at.</exception>
    public async Task<IReadOnlyList<DatasetSummary>> RemoveAsync(string reference, CancellationToken cancellationToken = default)
    {
        if (reference.Contains('@', StringComparison.Ordinal))
        {
            var version = (await FindVersionAsync(reference, cancellationToken).ConfigureAwait(false)).Summary;
            if ((await FindNewestAsync(version.Name, cancellationToken).ConfigureAwait(false)).Summary.Version == version.Version)
            {
                throw new InvalidInputException($"'{reference}' is the newest version of '{version.Name}'; remove '{version.Name}' with all of its versions, or ingest another one first");
            }

            await store.Documents.DeleteAsync(Versions, IdOf(version), cancellationToken).ConfigureAwait(false);
            return [version];
        }

        var newest = (await FindNewestAsync(reference, cancellationToken).ConfigureAwait(false)).Summary;
        var all = await ReadAsync(Versions, newest.Name + VersionMark, cancellationToken).ConfigureAwait(false);
        // The name goes last, so that a removal that was cut off can be run again.
        foreach (var entry in all)
        {
            await store.Documents.DeleteAsync(Versions, IdOf(entry.Summary), cancellationToken).ConfigureAwait(false);
        }

        await store.Documents.DeleteAsync(Owners, newest.Name, cancellationToken).ConfigureAwait(false);
        await store.Documents.DeleteAsync(Newest, newest.Name, cancellationToken).ConfigureAwait(false);
        return [.. all.Select(e => e.Summary)];
    }

    private static string IdOf(DatasetSummary summary) => $"{summary.Name}{VersionMark}{summary.Version}";

    private Task<Entry> FindEntryAsync(string reference, CancellationToken cancellationToken) => reference.Contains('@', StringComparison.Ordinal)
        ? FindVersionAsync(reference, cancellationToken)
        : FindNewestAsync(reference, cancellationToken);

    private async Task<Entry> FindNewestAsync(string name, CancellationToken cancellationToken)
    {
        if (await store.Documents.FindAsync(Newest, name, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return Parse(found);
        }

        var all = await ListAsync(cancellationToken).ConfigureAwait(false);
        string known = all.Count == 0 ? "it holds none yet, ingest one first" : $"known: {string.Join(", ", all.Select(s => s.Name))}";
        throw new NotFoundException($"store '{store.Uri}' has no data set '{name}'; {known}");
    }

    private async Task<Entry> FindVersionAsync(string reference, CancellationToken cancellationToken)
    {
        int mark = reference.IndexOf(VersionMark, StringComparison.Ordinal);
        if (mark < 0 || reference.Length - mark - VersionMark.Length < MinVersionDigits)
        {
            throw new InvalidInputException($"data set '{reference}': write NAME or NAME{VersionMark}HEX with at least {MinVersionDigits} digits");
        }

        var matches = await ReadAsync(Versions, reference, cancellationToken).ConfigureAwait(false);
        if (matches.Count > 1)
        {
            throw new InvalidInputException($"data set '{reference}' means several versions, give more digits: {Join(matches)}");
        }

        return matches.Count == 1 ? matches[0] : throw await UnknownVersionAsync(reference, reference[..mark], cancellationToken).ConfigureAwait(false);
    }

    private async Task<NotFoundException> UnknownVersionAsync(string reference, string name, CancellationToken cancellationToken)
    {
        var versions = await ReadAsync(Versions, name + VersionMark, cancellationToken).ConfigureAwait(false);
        string known = versions.Count == 0 ? $"it has no version of '{name}'" : $"known: {Join(versions)}";
        return new NotFoundException($"store '{store.Uri}' has no data set '{reference}'; {known}");
    }

    private static string Join(IEnumerable<Entry> entries) =>
        string.Join(", ", entries.Select(e => $"{e.Summary.Name}{VersionMark}{e.Summary.Version}"));

    private async Task<List<Entry>> ReadAsync(string collection, string prefix, CancellationToken cancellationToken)
    {
        var entries = new List<Entry>();
        await foreach (var document in store.Documents.ListAsync(collection, prefix, cancellationToken).ConfigureAwait(false))
        {
            entries.Add(Parse(document));
        }

        return entries;
    }

    private async Task<DatasetManifest> ReadManifestAsync(Entry entry, CancellationToken cancellationToken)
    {
        var content = await store.Blobs.OpenReadAsync(entry.ManifestBlob, cancellationToken: cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream((int)content.Length);
            await content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            var json = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
            return Convert.ToHexStringLower(SHA256.HashData(json)) == entry.ManifestBlob
                ? JsonSerializer.Deserialize<DatasetManifest>(json, DataJson.Options)!
                : throw new StoreException(
                    $"store '{store.Uri}': the manifest of data set '{entry.Summary.Name}' is damaged (blob {entry.ManifestBlob}); ingest it again");
        }
    }

    private static Entry Parse(StoredDocument document) => JsonSerializer.Deserialize<Entry>(document.Json, DataJson.Options)!;

    private sealed record Entry(DatasetSummary Summary, string ManifestBlob);
}
