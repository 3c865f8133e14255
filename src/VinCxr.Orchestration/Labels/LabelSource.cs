using VinCxr.Core;
using VinCxr.Core.Annotations;
using VinCxr.Core.Consensus;
using VinCxr.Core.Detection;
using VinCxr.Core.Folds;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Datasets;
using VinCxr.Data.Leakage;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Labels;

/// <summary>A data set version with the raters' consensus under one labels spec.</summary>
public sealed record LabelledDataset(DatasetManifest Manifest, IReadOnlyList<LabelledImage> Images)
{
    public ClassList Classes => Manifest.Classes;

    /// <summary>Ground truth of one fold.</summary>
    public IReadOnlyList<GroundTruth> TruthOf(IReadOnlyDictionary<string, int> folds, int fold) =>
        RaterConsensus.ToGroundTruth(Images.Where(i => folds.TryGetValue(i.ImageId, out int f) && f == fold), Classes);
}

/// <summary>
/// Manifests, consensus labels and folds, computed on the thread pool and kept for the next caller: every trial of a sweep asks for the
/// same ones. Thread-safe.
/// </summary>
public sealed class LabelSource(IStore store)
{
    private const int Kept = 8;
    private const string FoldsCollection = "folds";

    private readonly AsyncCache<(string Reference, LabelsSpec Labels), LabelledDataset> _labels = new(Kept);
    private readonly AsyncCache<string, DatasetManifest> _manifests = new(Kept);
    private readonly DatasetCatalog _catalog = new(store);

    /// <param name="reference"><c>name@sha256:hex</c>; versions are immutable, so they may be kept.</param>
    public Task<DatasetManifest> GetManifestAsync(string reference) =>
        _manifests.GetOrAddAsync(reference, r => Task.Run(() => _catalog.GetAsync(r)));

    public Task<LabelledDataset> GetAsync(string reference, LabelsSpec labels) =>
        _labels.GetOrAddAsync((Reference: reference, Labels: labels), key => Task.Run(async () =>
        {
            var manifest = await GetManifestAsync(key.Reference);
            var sizes = manifest.Images.Select(i => (i.ImageId, i.Columns, i.Rows)).ToArray();
            return new LabelledDataset(manifest, RaterConsensus.Build(manifest.Annotations, manifest.Classes, sizes, key.Labels));
        }));

    /// <summary>Id of the folds document that belongs to these inputs.</summary>
    public static string FoldsId(string datasetVersion, LabelsSpec labels, FoldsSpec folds) =>
        StateJson.Hash(new { datasetVersion, labels, folds })[..32];

    /// <summary>Splits once; whoever asks later gets the stored split.</summary>
    /// <returns>Image id to fold.</returns>
    /// <exception cref="InvalidInputException">More folds than labelled images, or than groups of them.</exception>
    /// <exception cref="NotFoundException">The spec names a grouping that is not stored.</exception>
    public async Task<IReadOnlyDictionary<string, int>> EnsureFoldsAsync(string reference, LabelsSpec labels, FoldsSpec spec)
    {
        var dataset = await GetAsync(reference, labels);
        string id = FoldsId(dataset.Manifest.Version, labels, spec);
        if (await store.Documents.FindAsync(FoldsCollection, id) is { } stored)
        {
            return StateJson.Read<FoldsDocument>(stored.Json).Folds;
        }

        var groups = await Task.Run(() => new ImageGroups(store).ResolveAsync(dataset.Manifest, spec.GroupBy));
        var folds = await Task.Run(() => StratifiedFolds.Assign(dataset.Images, spec.Count, spec.Seed, groups));
        var document = new FoldsDocument(dataset.Manifest.Version, spec.Count, spec.Seed, new SortedDictionary<string, int>(folds.ToDictionary(), StringComparer.Ordinal));

        // Two writers write the same bytes: the split is a function of its inputs.
        await store.Documents.PutAsync(FoldsCollection, id, StateJson.Write(document), "*");
        return folds;
    }

    /// <exception cref="NotFoundException">The folds were never computed.</exception>
    public async Task<IReadOnlyDictionary<string, int>> GetFoldsAsync(string foldsId)
    {
        var stored = await store.Documents.FindAsync(FoldsCollection, foldsId)
            ?? throw new NotFoundException($"no folds '{foldsId}' in {store.Uri}");
        return StateJson.Read<FoldsDocument>(stored.Json).Folds;
    }

    private sealed record FoldsDocument(string DatasetVersion, int Count, int Seed, SortedDictionary<string, int> Folds);
}
