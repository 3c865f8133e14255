using System.Collections.Concurrent;
using System.Text;
using VinCxr.Contracts.Sweeps;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Data.Predictions;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Leaderboards;

/// <summary>Truth and folds of one sweep, and reading of stored out-of-fold predictions.</summary>
internal sealed class OutOfFold(IStore store, LabelledDataset dataset, IReadOnlyDictionary<string, int> folds)
{
    private readonly ConcurrentDictionary<int, IReadOnlyList<GroundTruth>> _truths = new();

    public LabelledDataset Dataset => dataset;

    public IReadOnlyDictionary<string, int> Folds => folds;

    public static async Task<OutOfFold> LoadAsync(IStore store, LabelSource labels, SweepResults results) => new(
        store,
        await labels.GetAsync(results.DatasetReference, StateJson.Read<LabelsSpec>(results.ScoringLabelsJson)),
        await labels.GetFoldsAsync(results.FoldsId));

    /// <summary>Asked once per row of a leaderboard of thousands.</summary>
    public IReadOnlyList<GroundTruth> TruthOf(int fold) => _truths.GetOrAdd(fold, f => dataset.TruthOf(folds, f));

    public Task<IReadOnlyList<Prediction>> ReadAsync(string blob) => StoredPredictions.ReadAsync(store, blob);

    public async Task<string> WriteAsync(IReadOnlyList<Prediction> predictions, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        await using (var writer = new StreamWriter(buffer, new UTF8Encoding(false), leaveOpen: true))
        {
            PredictionCsv.WriteLong(writer, predictions);
        }

        buffer.Position = 0;
        return (await store.Blobs.PutAsync(buffer, metadata)).Id;
    }
}
