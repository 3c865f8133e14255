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
internal sealed class TrainerJobs(IStore store, LabelSource labels, TrialShards shards, AgentOptions options)
{
    /// <param name="slots">The devices it was given.</param>
    /// <param name="log">Takes lines for the trial's log.</param>
    /// <exception cref="LostShardException">A prepared shard has to be made again first.</exception>
    /// <exception cref="UnusableCheckpointException">The checkpoint to go on from is gone or not this trial's.</exception>
    /// <exception cref="VinCxrException">Data that the trial needs is missing or damaged.</exception>
    public async Task<TrainerJob> CreateAsync(
        TrialLease lease, IReadOnlyList<SlotShare> slots, string workDirectory, Action<string> log, CancellationToken cancellationToken)
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
            ShardPaths = await FetchShardsAsync(plan, settings.Preprocess, dataset, log, cancellationToken),
            TrainImages = [.. dataset.Images.Where(i => folds.TryGetValue(i.ImageId, out int fold) && fold != plan.Fold)],
            ValidationImages = [.. dataset.Images.Where(i => folds.TryGetValue(i.ImageId, out int fold) && fold == plan.Fold)],
            ResumeFrom = lease.ResumeBlob is { } own ? await FetchCheckpointAsync(own, plan.TrialId, $"{workDirectory}.resume", cancellationToken) : null,
            StartFrom = lease.ResumeBlob is null && plan.StartBlob is { } other
                ? await FetchCheckpointAsync(other, plan.StartSeal ?? plan.TrialId, $"{workDirectory}.start", cancellationToken)
                : null,
            StartFresh = plan.StartFresh,
            Device = options.Device,
            Devices = [.. slots.Select(s => s.Index)],
            Threads = options.ThreadsFor(slots.Sum(s => s.Share)),
            BatchHalvings = lease.BatchHalvings,
            AwaitsCommits = true,
            LrFactor = lease.LrFactor,
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

    private Task<IReadOnlyList<string>> FetchShardsAsync(
        TrialPlan plan, PreprocessSpec preprocess, LabelledDataset dataset, Action<string> log, CancellationToken cancellationToken)
    {
        var key = new PreparedKey(dataset.Manifest.Version, preprocess, ImagePreparation.Version);
        return key.Id == plan.PreparedId
            ? shards.FetchAsync(key, ShardBuilder.Plan(dataset.Manifest).Count, log, cancellationToken)
            : throw new TrainingException(
                $"trial '{plan.TrialId}' was planned for prepared images {plan.PreparedId}, this version makes {key.Id}: submit the sweep again");
    }

    private async Task<string> FetchCheckpointAsync(string blob, string trialId, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = await store.Blobs.OpenReadAsync(blob, cancellationToken: cancellationToken);
            await using var target = File.Create(path);
            await source.CopyToAsync(target, cancellationToken);
        }
        catch (NotFoundException error)
        {
            throw new UnusableCheckpointException(blob, $"checkpoint {blob} is gone: {error.Message}");
        }

        return CheckpointSeal.TryRemove(path, trialId)
            ? path
            : throw new UnusableCheckpointException(blob, $"checkpoint {blob} does not bear the seal of trial '{trialId}'");
    }
}
