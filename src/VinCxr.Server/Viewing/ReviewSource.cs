using VinCxr.Contracts.Api;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Datasets;
using VinCxr.Data.Predictions;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;

namespace VinCxr.Server.Viewing;

/// <summary>Data sets and reviews for the viewer; the last few are kept.</summary>
internal sealed class ReviewSource(IStore store, LabelSource labels)
{
    /// <summary>A fold of 3,000 images with a hundred detections each takes some 40 MB.</summary>
    private const int Kept = 6;

    private readonly DatasetCatalog _catalog = new(store);
    private readonly AsyncCache<(string Blob, string Sweep, int? Fold), Review> _reviews = new(Kept);

    /// <param name="reference"><c>name</c> or <c>name@sha256:hex</c>.</param>
    /// <exception cref="NotFoundException">No such data set.</exception>
    /// <exception cref="InvalidInputException">Malformed reference.</exception>
    public async Task<ViewedDataset> GetDatasetAsync(string reference, CancellationToken cancellationToken) =>
        ViewedDataset.Of(await labels.GetAsync(await _catalog.ResolveAsync(reference, cancellationToken), new LabelsSpec()));

    /// <param name="plane">The caller's.</param>
    /// <exception cref="NotFoundException">No such trial, or it has no predictions yet.</exception>
    public async Task<Review> OfTrialAsync(IControlPlane plane, string trial, CancellationToken cancellationToken)
    {
        var details = await plane.GetTrialAsync(trial, cancellationToken);
        var summary = details.Summary;
        string blob = details.PredictionsBlob ?? throw new NotFoundException($"trial '{summary.Id}' is {summary.State} and has no predictions yet");
        return await GetAsync(plane, blob, summary.SweepId, summary.Fold, $"trial '{summary.Id}'");
    }

    /// <param name="plane">The caller's.</param>
    /// <exception cref="NotFoundException">No such sweep or ensemble, or it has no predictions.</exception>
    public async Task<Review> OfEnsembleAsync(IControlPlane plane, string sweep, string ensemble, CancellationToken cancellationToken)
    {
        var board = await plane.GetLeaderboardAsync(sweep, cancellationToken);
        var row = board.Ensembles.FirstOrDefault(e => e.Id == ensemble) ?? throw new NotFoundException(board.Ensembles.Length == 0
            ? $"sweep '{board.SweepName}' has no ensembles yet"
            : $"sweep '{board.SweepName}' has no ensemble '{ensemble}', known are {string.Join(", ", board.Ensembles.Select(e => e.Id))}");
        string blob = row.PredictionsBlob ?? throw new NotFoundException($"ensemble '{row.Id}' of sweep '{board.SweepName}' has no predictions");
        return await GetAsync(plane, blob, board.SweepId, fold: null, $"ensemble '{row.Id}'");
    }

    private Task<Review> GetAsync(IControlPlane plane, string blob, string sweep, int? fold, string name) =>
        _reviews.GetOrAddAsync((blob, sweep, fold), key => Task.Run(() => LoadAsync(plane, key, name)));

    private async Task<Review> LoadAsync(IControlPlane plane, (string Blob, string Sweep, int? Fold) key, string name)
    {
        var sweep = await plane.GetSweepAsync(key.Sweep);
        var spec = SweepFile.ParseOrThrow(sweep.Yaml);
        var dataset = ViewedDataset.Of(await labels.GetAsync(ReferenceOf(sweep), spec.Settings.Labels));
        var folds = await labels.GetFoldsAsync(LabelSource.FoldsId(sweep.DatasetVersion, spec.Settings.Labels, spec.Folds));
        HashSet<string> images = [.. folds.Where(f => key.Fold is null || f.Value == key.Fold).Select(f => f.Key)];
        return new Review(dataset, name, images, await StoredPredictions.ReadAsync(store, key.Blob));
    }

    private static string ReferenceOf(SweepDetails sweep) => $"{sweep.Summary.Dataset}@sha256:{sweep.DatasetVersion}";
}
