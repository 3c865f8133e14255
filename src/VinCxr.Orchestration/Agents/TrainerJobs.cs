using VinCxr.Contracts.Trials;
using VinCxr.Core;
using VinCxr.Core.Detection;
using VinCxr.Core.Sweeps;
using VinCxr.Core.Trials;
using VinCxr.Data.Imaging;
using VinCxr.Data.Predictions;
using VinCxr.Data.Sharding;
using VinCxr.Data.Stores;
using VinCxr.Orchestration.Labels;
using VinCxr.Orchestration.Persistence;

namespace VinCxr.Orchestration.Agents;

/// <summary>Turns a lease into a job with local files, and stored predictions into a score.</summary>
internal sealed class TrainerJobs(IStore store, LabelSource labels, NodeCache cache, AgentOptions options)
{
    /// <exception cref="VinCxrException">Data that the trial needs is missing or damaged.</exception>
    public async Task<TrainerJob> CreateAsync(TrialLease lease, string workDirectory, CancellationToken cancellationToken)
    {
        var plan = lease.Plan;
        var settings = StateJson.Read<TrialSettings>(plan.SettingsJson);
        var dataset = await labels.GetAsync(plan.DatasetReference, settings.Labels);
        var folds = await labels.GetFoldsAsync(plan.FoldsId);
        return new TrainerJob
        {
            TrialId = plan.TrialId,
            LeaseEpoch = lease.LeaseEpoch,
            Fold = plan.Fold,
            Settings = settings,
            Checkpoint = StateJson.Read<CheckpointSpec>(plan.CheckpointJson),
            Classes = dataset.Classes,
            WorkDirectory = workDirectory,
            ShardPaths = await FetchShardsAsync(plan, settings.Preprocess, dataset, cancellationToken),
            TrainImages = [.. dataset.Images.Where(i => folds.TryGetValue(i.ImageId, out int fold) && fold != plan.Fold)],
            ValidationImages = [.. dataset.Images.Where(i => folds.TryGetValue(i.ImageId, out int fold) && fold == plan.Fold)],
            ResumeFrom = lease.ResumeBlob is { } blob ? await FetchCheckpointAsync(blob, plan.TrialId, $"{workDirectory}.resume", cancellationToken) : null,
            Device = options.Device,
            Threads = options.ThreadsPerTrial,
            BatchHalvings = lease.BatchHalvings,
        };
    }

    /// <summary>mAP@0.4 of out-of-fold predictions by the platform's one implementation: over all classes, and over the findings only.</summary>
    public async Task<(double Map40, double Map40Findings)> ScoreAsync(TrialPlan plan, string predictionsPath)
    {
        var dataset = await labels.GetAsync(plan.DatasetReference, StateJson.Read<LabelsSpec>(plan.ScoringLabelsJson));
        var truths = dataset.TruthOf(await labels.GetFoldsAsync(plan.FoldsId), plan.Fold);
        return await Task.Run(() =>
        {
            var predictions = PredictionCsv.Read(predictionsPath);
            double all = MeanAveragePrecision.Evaluate(truths, predictions, dataset.Classes).Map;
            double findings = MeanAveragePrecision.Evaluate(truths, predictions, dataset.Classes, new MapOptions(IncludeNoFinding: false)).Map;
            return (all, findings);
        });
    }

    private async Task<IReadOnlyList<string>> FetchShardsAsync(TrialPlan plan, PreprocessSpec preprocess, LabelledDataset dataset, CancellationToken cancellationToken)
    {
        var key = new PreparedKey(dataset.Manifest.Version, preprocess, ImagePreparation.Version);
        if (key.Id != plan.PreparedId)
        {
            throw new TrainingException(
                $"trial '{plan.TrialId}' was planned for prepared images {plan.PreparedId}, this version makes {key.Id}: submit the sweep again");
        }

        var builder = new ShardBuilder(store);
        List<string> paths = [];
        foreach (var shard in ShardBuilder.Plan(dataset.Manifest))
        {
            var made = await builder.FindAsync(key, shard.Index, cancellationToken)
                ?? throw new StoreException($"prepared shard {shard.Index} of {key.Id} vanished from {store.Uri}");
            paths.Add(await cache.GetAsync(store, made.BlobId, cancellationToken));
        }

        return paths;
    }

    private async Task<string> FetchCheckpointAsync(string blob, string trialId, string path, CancellationToken cancellationToken)
    {
        await using (var source = await store.Blobs.OpenReadAsync(blob, cancellationToken: cancellationToken))
        await using (var target = File.Create(path))
        {
            await source.CopyToAsync(target, cancellationToken);
        }

        CheckpointSeal.Remove(path, trialId);
        return path;
    }
}
